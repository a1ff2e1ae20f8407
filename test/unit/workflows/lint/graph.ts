import { type Machine, type State, successorsOf } from "../definition.ts";
import type { MachineRule, StateRule } from "./finding.ts";

/** Where a state leads: nowhere that is not there, and every state is led to. */

const targetsOf = (state: State) => [...successorsOf(state), ...(state.Catch ?? []).map(({ Next }) => Next)];
const ends = new Set(["Succeed", "Fail"]);

export const leadsSomewhere: StateRule = ({ state, machine }) => {
  const lost = targetsOf(state)
    .filter((to) => machine.States[to] === undefined)
    .map((to) => `leads to "${to}", which is not there`);
  const stops = !ends.has(state.Type) && state.End !== true && successorsOf(state).length === 0;
  return stops ? [...lost, "leads nowhere and is no end"] : lost;
};

export const decidesAlways: StateRule = ({ state }) =>
  state.Type === "Choice" && state.Default === undefined ? ["has no Default"] : [];

/** All states that can be reached from one, itself included. */
export function reachable({ States }: Machine, from: string, targets: (state: State) => string[]): string[] {
  const seen = new Set<string>();
  const waiting = [from];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const state = States[name];
    if (state === undefined || seen.has(name)) continue;
    seen.add(name);
    waiting.push(...targets(state));
  }
  return [...seen];
}

export const isReached: MachineRule = (machine) => {
  if (machine.States[machine.StartAt] === undefined) {
    return [{ where: "workflow", what: `starts at "${machine.StartAt}", which is not there` }];
  }
  const reached = new Set(reachable(machine, machine.StartAt, targetsOf));
  return Object.keys(machine.States)
    .filter((name) => !reached.has(name))
    .map((where) => ({ where, what: "is never reached" }));
};

/** An answer that never comes is judged where the answers are. */
const isJudgedLikeAnswer = ({ Resource = "", Next }: State, caughtBy: string) =>
  Resource.endsWith(".waitForTaskToken") && caughtBy === Next;

/** What catches an error cleans up and fails: a story that went wrong must not look like one that went well. */
export const failsAfterCatching: StateRule = ({ state, machine }) =>
  (state.Catch ?? [])
    .filter(({ Next }) => !isJudgedLikeAnswer(state, Next))
    .flatMap(({ Next }) =>
      reachable(machine, Next, successorsOf)
        .filter((name) => machine.States[name]?.Type !== "Fail")
        .filter((name) => successorsOf(machine.States[name] ?? { Type: "" }).length === 0)
        .map((name) => `catches an error and ends well, in ${name}`),
    );
