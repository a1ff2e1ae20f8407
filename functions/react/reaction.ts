import type * as z from "zod";
import type { Decision } from "./decision.ts";

/** One kind of event: how it is told from the others, which facts it makes us look at, what is decided. */
export interface Reaction {
  name: string;
  parse: (event: unknown) => unknown;
  react: (event: unknown, now: Date) => Promise<Decision[]>;
}

/** Joins a parser with the reaction to what it yields, so that both speak of one type. */
export function reaction<Event>(
  name: string,
  schema: z.ZodType<Event>,
  react: (event: Event, now: Date) => Promise<Decision | Decision[]>,
): Reaction {
  return {
    name,
    parse: (event) => schema.safeParse(event).data,
    react: async (event, now) => [await react(schema.parse(event), now)].flat(),
  };
}
