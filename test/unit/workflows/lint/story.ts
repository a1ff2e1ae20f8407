import type { Machine } from "../definition.ts";
import type { MachineRule, StateRule } from "./finding.ts";
import { verbs } from "./verbs.ts";

/** A workflow reads like a story: it says what it is for, and each of its states what it does. */

const leastComment = 60;

export const tellsItsStory = ({ Comment = "" }: Machine): string[] =>
  Comment.length < leastComment ? [`has no Comment of ${leastComment} characters or more that tells it`] : [];

export const isNamedByVerb: StateRule = ({ name }) => {
  if (!/^(?:[A-Z][a-z]+)+$/.test(name)) return ["is not named in plain words: VerbAndObject"];
  const [first = ""] = name.match(/[A-Z][a-z]+/g) ?? [];
  return verbs.has(first) ? [] : [`"${first}" is no verb of the list in verbs.ts`];
};

/** The time of the whole must leave room for each of its parts. */
export const hasTimeout: MachineRule = ({ TimeoutSeconds, States }) => {
  if (TimeoutSeconds === undefined) return [{ where: "workflow", what: "has no TimeoutSeconds" }];
  return Object.entries(States)
    .filter(([, state]) => (state.TimeoutSeconds ?? 0) >= TimeoutSeconds)
    .map(([where]) => ({ where, what: `may take as long as the whole workflow, ${TimeoutSeconds} s` }));
};
