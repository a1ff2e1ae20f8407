import type { SessionRecord } from "../session/record.ts";

/** An interruption takes a session over; what is left of the teardown before it must then leave it alone. */
export const isHolder = (record: SessionRecord, execution: string) => record.claim?.holder === execution;

/** The same as the condition of a write. */
export const whileHolding = (execution: string) => ({
  expression: "claim.holder = :holder",
  values: { ":holder": execution },
});

export const overtakenBy = ({ id, claim }: SessionRecord) =>
  `session "${id}" was taken over by ${claim?.holder ?? "nobody"}`;
