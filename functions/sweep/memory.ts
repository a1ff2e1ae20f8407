import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { table } from "../session/clients.ts";
import { sweepItem } from "../session/ledger-items.ts";
import { holds, tableName } from "../session/store.ts";

/** Something that looked like a leftover, and since when: it is believed when it is seen again. */
const mark = z.object({
  session: z.string(),
  seenAt: z.string(),
  /** How often an end was begun because of it. */
  tries: z.int(),
  triedAt: z.string().optional(),
});
export type Mark = z.infer<typeof mark>;

/** What one sweep leaves to the next. */
const memory = z.object({
  /** By kind and id of the thing. */
  marks: z.record(z.string(), mark).default({}),
  /** What the operator was told and need not hear every ten minutes: the sentence, and when. */
  told: z.record(z.string(), z.string()).default({}),
  /** Counts the writes: two sweeps at once do not mix their memories. */
  version: z.int().default(0),
});
export type Memory = z.infer<typeof memory>;

export async function readMemory(): Promise<Memory> {
  const { Item } = await table.send(
    new GetCommand({ TableName: tableName(), Key: { id: sweepItem }, ConsistentRead: true }),
  );
  return memory.parse(Item ?? {});
}

/** Writes only what has changed; of two sweeps at once, the first one's memory stands. */
export async function remember(before: Memory, after: Omit<Memory, "version">): Promise<void> {
  const { version, ...known } = before;
  if (JSON.stringify(sorted(known)) === JSON.stringify(sorted(after))) return;
  await holds(() =>
    table.send(
      new UpdateCommand({
        TableName: tableName(),
        Key: { id: sweepItem },
        UpdateExpression: "SET marks = :marks, told = :told, version = :next",
        ConditionExpression: "attribute_not_exists(version) OR version = :seen",
        ExpressionAttributeValues: {
          ":marks": after.marks,
          ":told": after.told,
          ":next": version + 1,
          ":seen": version,
        },
      }),
    ),
  );
}

const sorted = ({ marks, told }: Omit<Memory, "version">) => [byKey(marks), byKey(told)];
const byKey = (values: Record<string, unknown>) =>
  Object.entries(values).toSorted(([one], [other]) => one.localeCompare(other));
