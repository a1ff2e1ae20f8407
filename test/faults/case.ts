import type { Fault } from "../../local/proxy/fault.ts";
import { kinds } from "./kinds.ts";
import type { Target } from "./recorded.ts";
import type { StoryName } from "./stories.ts";

/** One bad day: a story, and what goes wrong in it. */
export interface Case {
  readonly name: string;
  readonly story: StoryName;
  readonly fault: Omit<Fault, "session">;
}

/** Where in its story a call is, for people. */
export const placeOf = ({ story, caller, state, service, action, nth }: Target): string =>
  `${story} · ${state ?? caller} · ${service} ${action} ${nth}`;

/** Every kind of fault on every call that it concerns. A call that is added to a function gets its cases here. */
export function casesOf(targets: readonly Target[]): Case[] {
  return targets.flatMap((target, index) => {
    const { story, caller, service, action, nth } = target;
    const call = { caller, service, action, nth };
    return kinds
      .filter(({ concerns }) => concerns(target, targets.slice(0, index)))
      .map(({ name, deed, times }) => ({
        name: `${placeOf(target)} · ${name}`,
        story,
        fault: { ...call, deed: deed(target), ...(times !== undefined && { times }) },
      }));
  });
}
