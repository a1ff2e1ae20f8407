import { type Machine, machinesIn, type State } from "../definition.ts";
import type { Finding } from "../lint/finding.ts";
import { contextOf } from "./context.ts";
import type { Contracts } from "./result.ts";
import { anything, join, type Shape, same } from "./shape.ts";
import { type Edge, follow } from "./state.ts";
import { fill, type Reader, read } from "./template.ts";

type Complain = (where: string, what: string) => void;

/** Follows the data through a machine; answers what it can yield at its ends, one shape a way. */
function run(
  machine: Machine,
  input: Shape,
  inMap: boolean,
  contracts: Contracts,
  complain: Complain,
): Shape[] {
  const inputs = new Map([[machine.StartAt, input]]);
  const leave = (name: string, state: State, shape: Shape, say: Complain): Edge[] => {
    const reader = {
      input: shape,
      context: contextOf(state, inMap),
      complain: (what: string) => say(name, what),
    };
    return follow(state, reader, contracts, (outer, effective, outside) =>
      runInner(outer, effective, outside, inMap, contracts, say),
    );
  };
  // What is known where ways meet shrinks until it holds for all of them; only then are complaints right.
  const waiting = [machine.StartAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const [state, shape] = [machine.States[name], inputs.get(name)];
    if (state === undefined || shape === undefined) continue;
    for (const { to, output } of leave(name, state, shape, () => undefined)) {
      if (to === undefined) continue;
      const before = inputs.get(to);
      const joined = before === undefined ? output : join(before, output);
      if (before !== undefined && same(before, joined)) continue;
      inputs.set(to, joined);
      waiting.push(to);
    }
  }
  return [...inputs].flatMap(([name, shape]) => {
    const state = machine.States[name];
    if (state === undefined) return [];
    return leave(name, state, shape, complain).flatMap(({ to, output }) =>
      to === undefined ? [output] : [],
    );
  });
}

function runInner(
  state: State,
  effective: Shape,
  reader: Reader,
  inMap: boolean,
  contracts: Contracts,
  complain: Complain,
): Shape {
  const isMap = state.Type === "Map";
  const yielded = machinesIn(state).flatMap((inner) =>
    run(inner, isMap ? itemOf(state, effective, reader) : effective, inMap || isMap, contracts, complain),
  );
  return { kind: "list", of: yielded.length === 0 ? anything : yielded.reduce(join) };
}

function itemOf(state: State, effective: Shape, reader: Reader): Shape {
  const items = read(state.ItemsPath ?? "$", { ...reader, input: effective });
  const selector = state.ItemSelector ?? state.Parameters;
  if (selector === undefined) return items.kind === "list" ? items.of : anything;
  return fill(selector, { ...reader, input: effective, context: contextOf(state, true) });
}

/** Every path in a workflow that is not sure to exist, and every comparison that is never true. */
export function checkPaths(definition: Machine, contracts: Contracts): Finding[] {
  const findings = new Map<string, Finding>();
  run(definition, anything, false, contracts, (where, what) =>
    findings.set(`${where}: ${what}`, { where, what }),
  );
  return [...findings.values()];
}

/** What a workflow can yield when it goes well, one shape for each of its ends. */
export const outputsOf = (definition: Machine, contracts: Contracts): Shape[] =>
  run(definition, anything, false, contracts, () => undefined);
