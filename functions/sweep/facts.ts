import type { Live } from "../session/ledger-items.ts";
import { isClaimed, type SessionRecord } from "../session/record.ts";
import type { Finding, Kind, Stray } from "./finding.ts";
import type { Memory } from "./memory.ts";

/** All that a sweep knows when it judges. What could not be looked at is missing, which is not the same as not there. */
export interface Facts {
  now: Date;
  findings: readonly Finding[];
  strays: readonly Stray[];
  /** The kinds that could not be listed. */
  unlisted: ReadonlySet<Kind>;
  /** By session id; a session that is in neither of these two has none. */
  records: ReadonlyMap<string, SessionRecord>;
  /** Sessions whose record could not be read: nothing is known of them. */
  unread: ReadonlySet<string>;
  live: Live;
  /** Live sessions' machines that are there although no tag led to them; whether they bear their tags after all. */
  machinesById: ReadonlyMap<string, "tagged" | "untagged">;
  /** By ARN; one that could not be asked for is missing. */
  executions: ReadonlyMap<string, "running" | "over">;
  memory: Memory;
}

/** A minute's breath for what is on its way: nothing is believed at first sight. */
export const believedAfterMinutes = 5;

export const minutesBetween = (earlier: string, later: Date): number =>
  (later.getTime() - Date.parse(earlier)) / 60_000;

export const isLive = ({ status }: SessionRecord) => status !== "ended";

/** A session that is to live, or is being ended: what bears its name has an owner. */
export const isCaredFor = (record: SessionRecord, now: Date) => isLive(record) || isClaimed(record, now);
