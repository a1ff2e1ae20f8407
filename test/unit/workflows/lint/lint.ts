import { type Machine, machinesIn, type State } from "../definition.ts";
import { engineRules } from "./engine.ts";
import type { Finding, MachineRule, Place, StateRule } from "./finding.ts";
import { decidesAlways, failsAfterCatching, isReached, leadsSomewhere } from "./graph.ts";
import { hasTimeout, isNamedByVerb, tellsItsStory } from "./story.ts";
import { endsInTime, isCaught, retries, retriesWithPatience } from "./tasks.ts";

export const stateRules: Record<string, StateRule> = {
  isNamedByVerb,
  leadsSomewhere,
  decidesAlways,
  failsAfterCatching,
  endsInTime,
  retries,
  retriesWithPatience,
  isCaught,
  ...engineRules,
};

/** For every machine, the ones inside a Map or Parallel too. */
export const machineRules: Record<string, MachineRule> = { isReached };

/** For the workflow as a whole only. */
export const workflowRules: Record<string, MachineRule> = {
  hasTimeout,
  tellsItsStory: (machine) => tellsItsStory(machine).map((what) => ({ where: "workflow", what })),
};

function lintMachine(machine: Machine, around: State[]): Finding[] {
  const places = Object.entries(machine.States).map(
    ([name, state]): Place => ({ name, state, machine, around }),
  );
  return [
    ...Object.values(machineRules).flatMap((rule) => rule(machine)),
    ...places.flatMap((place) =>
      Object.values(stateRules).flatMap((rule) => rule(place).map((what) => ({ where: place.name, what }))),
    ),
    ...places.flatMap(({ state }) =>
      machinesIn(state).flatMap((inner) => lintMachine(inner, [...around, state])),
    ),
  ];
}

/** Everything that is wrong with a definition and that the validator does not see. */
export const lint = (definition: Machine): Finding[] => [
  ...Object.values(workflowRules).flatMap((rule) => rule(definition)),
  ...lintMachine(definition, []),
];
