import type { SessionRecord } from "../../functions/session/record.ts";
import type { SeenMachine } from "./machines.ts";

/** A session as the record tells it and the machine shows it. */
export interface Seen {
  readonly session: string;
  readonly record: SessionRecord | undefined;
  readonly machine: SeenMachine | undefined;
  /** Where the two disagree, in a sentence. */
  readonly disagreement: string | undefined;
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

/** A record's status, or that its teardown is at work, or could not save what the machine holds. */
export const stateOf = ({ record }: Seen): string => {
  if (record === undefined) return "unexplained";
  if (record.status !== "ended" && record.kept !== undefined) return "kept";
  return record.status !== "ended" && record.claim !== undefined ? "ending" : record.status;
};
