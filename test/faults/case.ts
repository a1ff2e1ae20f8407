import type { Fault } from "../../local/proxy/fault.ts";
import { kinds } from "./kinds.ts";
import type { Story, Target } from "./recorded.ts";

/** One bad day: a story, and what goes wrong in it. */
export interface Case {
  readonly name: string;
  readonly story: Story;
  readonly fault: Omit<Fault, "session">;
}

/** Every kind of fault on every call that it concerns. A call that is added to a function gets its cases here. */
export function casesOf(targets: readonly Target[]): Case[] {
  return targets.flatMap((target, index) => {
    const { story, caller, service, action, nth } = target;
    const call = { caller, service, action, nth };
    return kinds
      .filter(({ concerns }) => concerns(target, targets.slice(0, index)))
      .map(({ name, deed, times }) => ({
        name: `${story} · ${caller} ${service} ${action} ${nth} · ${name}`,
        story,
        fault: { ...call, deed: deed(target), ...(times !== undefined && { times }) },
      }));
  });
}
