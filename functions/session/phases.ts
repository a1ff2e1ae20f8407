import type { SessionRecord } from "./record.ts";

/** A moment of a session's life, as the control plane wrote it down or the machine said it. */
export interface Phase {
  name: string;
  at: string;
  by: "control plane" | "machine";
}

/** What a session went through, in the order of time; at the same moment, in the order of the story. */
export function phasesOf(record: SessionRecord): Phase[] {
  const { machine, ready, notice, save, kept, ending } = record;
  const ours: [string, string | undefined][] = [
    ["requested", record.requestedAt],
    ["provisioned", machine?.launchedAt],
    ["ready", record.readyAt],
    ["told that it will end", notice?.toldAt],
    ["interrupted", record.interruptedAt],
    ["end begun", record.endBegunAt],
    [save?.outcome === "saved" ? "saved" : "not saved", isAttempt(save) ? save?.at : undefined],
    ["kept", kept?.since],
    ["machine gone", record.goneAt],
    ["ended", ending?.endedAt],
  ];
  const doors = (record.doorChanges ?? []).map(({ at, sourceCidr }): [string, string] => [
    sourceCidr === null ? "ssh off" : `ssh on for ${sourceCidr}`,
    at,
  ]);
  const phases: Phase[] = [
    ...(ready?.phases ?? []).map(({ name, at }): Phase => ({ name, at, by: "machine" })),
    ...[...ours, ...doors].flatMap(([name, at]): Phase[] =>
      at === undefined ? [] : [{ name, at, by: "control plane" }],
    ),
  ];
  const begin: Phase[] = phases.filter(({ name, by }) => by === "control plane" && name === "requested");
  const rest = phases.filter((phase) => !begin.includes(phase));
  return [...begin, ...rest.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))];
}

/** A throw-away machine has nothing to save, and nobody has tried. */
const isAttempt = (save: SessionRecord["save"]): boolean =>
  save !== undefined && save.outcome !== "nothing-to-save";
