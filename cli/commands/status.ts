import { dollars } from "../../functions/session/cost.ts";
import type { SessionRecord } from "../../functions/session/record.ts";
import { session as sessionField } from "../../workflows/fields.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { sweepKeys } from "../session/keys.ts";
import { machinesOf, machinesOfStage, type SeenMachine } from "../session/machines.ts";
import { findRecord, readLive, readRecords } from "../session/records.ts";
import { duration, table } from "../show/texts.ts";

/** A session as the record tells it and the machine shows it. */
export interface Seen {
  readonly session: string;
  readonly record: SessionRecord | undefined;
  readonly machine: SeenMachine | undefined;
  /** Where the two disagree, in a sentence. */
  readonly disagreement: string | undefined;
}

/** `status`: what is live, by the books and by the machines. No history is read. */
export async function status(context: Context, session: string | undefined): Promise<Ending> {
  const announced = context.announce();
  const seen = session === undefined ? await seeAll(context) : [await seeOne(context, session)];
  await announced;
  const now = new Date();
  const documents = seen.map((one) => toDocument(one, now));
  if (session === undefined) context.screen.result(documents, listText(seen, now));
  else context.screen.result(documents[0], seen.map((one) => detailText(one, now)).join("\n"));
  await sweepKeys(context);
  return "done";
}

async function seeAll(context: Context): Promise<Seen[]> {
  const books = readLive(context).then(({ sessions }) => readRecords(context, [...sessions]));
  const [records, machines] = await Promise.all([books, machinesOfStage(context)]);
  return compare(records, machines);
}

/** Every live record beside its machine, and every machine that no live record explains. */
export function compare(records: readonly SessionRecord[], machines: readonly SeenMachine[]): Seen[] {
  const known = new Map(records.map((record) => [record.id, record]));
  const bySession = Map.groupBy(machines, ({ session = "" }) => session);
  const explained = [...known.values()].map((record) => {
    const [machine] = bySession.get(record.id) ?? [];
    return { session: record.id, record, machine, disagreement: disagreement(record, machine) };
  });
  const unexplained = machines
    .filter(({ session = "" }) => !known.has(session))
    .map((machine) => ({
      session: machine.session ?? "",
      record: undefined,
      machine,
      disagreement: `${machine.id} is ${machine.state}, and no live session explains it`,
    }));
  return [...explained, ...unexplained].toSorted((one, other) => one.session.localeCompare(other.session));
}

/** A launching session may not have its machine yet, and one that ends has lost it already. */
export function disagreement(record: SessionRecord, machine: SeenMachine | undefined): string | undefined {
  const { id = "it", state } = machine ?? {};
  if (record.status === "ready" && record.claim === undefined && state !== "running")
    return machine === undefined
      ? "ready by the books, and there is no machine"
      : `ready by the books, and ${id} is ${state}`;
  if (record.status === "ended" && state !== undefined && state !== "terminated")
    return `ended by the books, and ${id} is ${state}`;
  return undefined;
}

async function seeOne(context: Context, session: string): Promise<Seen> {
  const record = await recordOf(context, session);
  const [machine] = await machinesOf(context, session);
  return { session, record, machine, disagreement: disagreement(record, machine) };
}

/** The record of a session, or what to do when there is none. */
export async function recordOf(context: Context, session: string): Promise<SessionRecord> {
  const record = sessionField.safeParse(session).success ? await findRecord(context, session) : undefined;
  if (record !== undefined) return record;
  throw new CommandError({
    what: `there is no session ${JSON.stringify(session)} in stage "${context.stage}"`,
    remedy: "npx moonbase status lists the sessions that are live; another stage: --stage",
    ending: "unknown",
  });
}

/** A record's status, or that its teardown is at work. */
const stateOf = ({ record }: Seen): string => {
  if (record === undefined) return "unexplained";
  return record.status !== "ended" && record.claim !== undefined ? "ending" : record.status;
};

function toDocument(seen: Seen, now: Date) {
  const { session, record, machine } = seen;
  return {
    session,
    state: stateOf(seen),
    blueprint: record?.blueprint ?? null,
    instanceId: record?.machine?.instanceId ?? machine?.id ?? null,
    instanceType: record?.machine?.instanceType ?? null,
    market: record?.machine?.market ?? null,
    zone: record?.machine?.zone ?? null,
    address: machine?.address ?? null,
    machineState: machine?.state ?? null,
    phase: machine?.phase ?? null,
    requestedAt: record?.requestedAt ?? null,
    readyAt: record?.readyAt ?? null,
    expiresAt: record?.expiresAt ?? null,
    heldUntil: record?.heldUntil ?? null,
    minutesLeft:
      record === undefined
        ? null
        : Math.max(0, Math.round((Date.parse(record.expiresAt) - now.getTime()) / 60_000)),
    highestCost: record?.estimate ?? null,
    cost: record?.ending?.cost ?? null,
    reason: record?.reason ?? null,
    disagreement: seen.disagreement ?? null,
  };
}

const left = (record: SessionRecord, now: Date) => duration(Date.parse(record.expiresAt) - now.getTime());

function listText(seen: readonly Seen[], now: Date): string {
  if (seen.length === 0) return "No session is live.";
  const header = ["SESSION", "STATE", "MACHINE", "ADDRESS", "AGE", "ENDS IN", "AT MOST"];
  const rows = seen.map((one) => {
    const { session, record, machine } = one;
    return [
      session,
      stateOf(one),
      record?.machine === undefined
        ? (machine?.id ?? "-")
        : `${record.machine.instanceType} ${record.machine.market}`,
      machine?.address ?? "-",
      record === undefined ? "-" : duration(now.getTime() - Date.parse(record.requestedAt)),
      record === undefined ? "-" : left(record, now),
      record === undefined ? "-" : dollars(record.estimate),
    ];
  });
  const odd = seen.flatMap(({ session, disagreement: what }) =>
    what === undefined ? [] : [`! ${session}: ${what}`],
  );
  return [table([header, ...rows]), ...odd].join("\n");
}

function detailText(seen: Seen, now: Date): string {
  const { session, record, machine } = seen;
  if (record === undefined) return `${session}: unexplained`;
  const lines = [
    `${session} is ${stateOf(seen)}: ${record.blueprint}`,
    ...(record.machine === undefined
      ? []
      : [
          `machine   ${record.machine.instanceId}, ${record.machine.instanceType} (${record.machine.market}) in ${record.machine.zone}, ${machine?.state ?? "gone"}`,
        ]),
    ...(machine?.address === undefined ? [] : [`address   ${machine.address}`]),
    ...(machine?.phase === undefined ? [] : [`phase     ${machine.phase}`]),
    ...(record.status === "ended" ? [] : [`ends      ${record.expiresAt}, in ${left(record, now)}`]),
    ...(record.heldUntil === undefined ? [] : [`held      until ${record.heldUntil}`]),
    record.ending === undefined
      ? `cost      at most ${dollars(record.estimate)}`
      : `cost      ${dollars(record.ending.cost)} for ${record.ending.hours} hours`,
    ...(seen.disagreement === undefined ? [] : [`! ${seen.disagreement}`]),
  ];
  return lines.join("\n");
}
