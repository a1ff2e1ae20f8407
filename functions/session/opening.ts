import type { SessionRecord } from "./record.ts";

/** Who may reach a machine's port, and since when. */
export interface Opening {
  sourceCidr: string;
  since: string;
  by?: string;
}

/** As the record has it: what the launch let in, or what somebody has changed last. Undefined: nobody may. */
export function openingOf({
  sourceCidr,
  requestedAt,
  requestedBy,
  doorChanges,
}: SessionRecord): Opening | undefined {
  const last = doorChanges?.at(-1);
  const now =
    last === undefined
      ? { sourceCidr, since: requestedAt, by: requestedBy }
      : { sourceCidr: last.sourceCidr ?? undefined, since: last.at, by: last.by };
  if (now.sourceCidr === undefined) return undefined;
  return { sourceCidr: now.sourceCidr, since: now.since, ...(now.by !== undefined && { by: now.by }) };
}
