import type { Machine, State } from "../definition.ts";

/** Something wrong with a definition, and where. */
export interface Finding {
  /** The state's name, or "workflow". */
  where: string;
  what: string;
}

/** A state, and the machine that it is part of. */
export interface Place {
  name: string;
  state: State;
  machine: Machine;
  /** The states around it, the nearest last: none at the top. */
  around: State[];
}

/** What is wrong with one state, in one sentence each; none when nothing is. */
export type StateRule = (place: Place) => string[];

/** What is wrong with a machine as a whole. */
export type MachineRule = (machine: Machine) => Finding[];

/** A rule that is a plain question: the complaint when the answer is yes. */
export const complainIf = (complaint: string, isSo: (place: Place) => boolean): StateRule => {
  return (place) => (isSo(place) ? [complaint] : []);
};
