import { keptUntil, type SaveFailurePolicy } from "../../functions/session/caps.ts";
import { costSoFar, dollars, savedPercent } from "../../functions/session/cost.ts";
import { homeText } from "../../functions/session/home-text.ts";
import { executionLink } from "../../functions/session/links.ts";
import { namesOf } from "../../functions/session/names.ts";
import { openingOf } from "../../functions/session/opening.ts";
import { phasesOf } from "../../functions/session/phases.ts";
import { howToKeep, reasonInWords } from "../../functions/session/reasons.ts";
import type { SessionRecord } from "../../functions/session/record.ts";
import { duration, table } from "./texts.ts";

/** What is told of a session besides its record. */
export interface Teller {
  readonly stage: string;
  readonly now: Date;
  /** As the operator's configuration has it; the deployed one decides. */
  readonly onSaveFailure: SaveFailurePolicy;
}

type Row = [label: string, text: string];
const row = (label: string, text: string | undefined): Row[] => (text === undefined ? [] : [[label, text]]);

/** The story of a session for a person: its phases, then who, why, what was saved, what it cost, where to look. */
export function story(record: SessionRecord, teller: Teller): string {
  const { heldUntil, failure, work } = record;
  const rows: Row[] = [
    ...row("who", whoText(record)),
    ...row("home", homeText(record)),
    ...row("ssh", record.doorChanges === undefined ? undefined : sshText(record)),
    ...row("why", whyText(record)),
    ...row("failure", failure),
    ...row("work", work),
    ...row("notice", record.ending === undefined ? noticeText(record) : undefined),
    ...row("held", heldUntil && `until ${heldUntil}: idleness does not end it before`),
    ...row("saved", savedText(record)),
    ...row("kept", keptText(record, teller.onSaveFailure)),
    ...row("price", priceText(record)),
    ...row("cost", costText(record, teller.now)),
    ...lookRows(record, teller.stage),
  ];
  return [
    `Session ${record.id}: ${record.blueprint}, ${record.status}`,
    phasesText(record),
    table(rows),
  ].join("\n\n");
}

/** How long a phase took is told by when the next one began. */
function phasesText(record: SessionRecord): string {
  const phases = phasesOf(record);
  const begin = Date.parse(record.requestedAt);
  const rows = phases.map(({ name, at, by }, index) => {
    const next = phases[index + 1];
    const took = next === undefined ? "" : duration(Date.parse(next.at) - Date.parse(at));
    return [at, duration(Date.parse(at) - begin), took, by === "machine" ? `machine: ${name}` : name];
  });
  return table([["WHEN", "AFTER", "TOOK", "PHASE"], ...rows]);
}

function whoText({ requestedBy, sourceCidr, forced }: SessionRecord): string {
  const who = requestedBy === undefined ? "nobody has said" : `${requestedBy}, as it says itself`;
  const door = sourceCidr === undefined ? "no port opened" : `port opened for ${sourceCidr}`;
  const force = forced === true ? "; in spite of the budget" : "";
  return `${who}; ${door}${force} (CloudTrail's StartExecution knows the caller)`;
}

function whyText(record: SessionRecord): string {
  const { reason, ending, interruptedAt } = record;
  if (reason === undefined) return `its end has not begun; its time is over at ${record.expiresAt}`;
  const first = `it ${ending === undefined ? "ends" : "ended"} because ${reasonInWords[reason]} (${reason})${evidenceText(record)}`;
  if (interruptedAt === undefined || reason === "interrupted") return first;
  return `${first}; spot gave notice at ${interruptedAt} and took over`;
}

/** What the machine saw when it asked for its end, in its own words. */
export const evidenceText = ({ evidence }: SessionRecord): string =>
  evidence === undefined ? "" : `: ${evidence}`;

/** Who may come in by ssh, since when, and who wanted it. */
export function sshText(record: SessionRecord): string {
  const opening = openingOf(record);
  const last = record.doorChanges?.at(-1);
  if (opening === undefined && last === undefined) return "off";
  const by = opening === undefined ? last?.by : opening.by;
  const who = by === undefined ? "" : `, asked for by ${by}`;
  if (opening === undefined) return `off since ${last?.at}${who}`;
  return `on for ${opening.sourceCidr} since ${opening.since}${who}`;
}

/** What is about to happen, and what can be done against it; undefined: nothing was announced. */
export function noticeText({ id, notice }: SessionRecord): string | undefined {
  if (notice === undefined) return undefined;
  const remedy = howToKeep(notice.reason, id);
  const words = `ends at ${notice.endsAt} because ${reasonInWords[notice.reason]} (${notice.reason})`;
  return remedy === undefined ? words : `${words}; to keep it: ${remedy}`;
}

function savedText({ save, ending }: SessionRecord): string | undefined {
  if (save === undefined) return ending?.saved;
  const { outcome, message, id, at, seconds } = save;
  switch (outcome) {
    case "nothing-to-save":
      return message;
    case "saved":
      return `${message}${id === undefined ? "" : `, as ${id}`}, at ${at}${seconds === undefined ? "" : ` in ${seconds} s`}`;
    case "failed":
    case "no-answer":
    case "not-found":
      return `not saved (${outcome}) at ${at}: ${message}`;
  }
}

/** Why a machine is up although its end has come, and until when; undefined: it is not kept. */
export function keptText(record: SessionRecord, onSaveFailure: SaveFailurePolicy): string | undefined {
  const { kept, ending } = record;
  if (kept === undefined) return undefined;
  const until = keptUntil(record, onSaveFailure)?.toISOString() ?? "it is saved";
  const end = ending === undefined ? `until ${until} at the longest (onSaveFailure "${onSaveFailure}")` : "";
  const attempts = `${kept.attempts} attempt${kept.attempts === 1 ? "" : "s"}`;
  return [`since ${kept.since}`, end, `because ${kept.why}; ${attempts}`].filter(Boolean).join(" ");
}

function priceText({ machine, estimate }: SessionRecord): string {
  if (machine === undefined) return `no machine; at most ${dollars(estimate)} were set aside for it`;
  const { instanceType, market, zone, hourlyPrice, onDemandHourlyPrice } = machine;
  const onDemand = `${dollars(onDemandHourlyPrice)} an hour on demand`;
  const bought = `${machine.instanceId}, ${instanceType}, ${market} in ${zone}`;
  if (market === "on-demand") return `${bought}: ${onDemand}`;
  if (hourlyPrice === null) return `${bought}: EC2 named no price, so it counts as ${onDemand}`;
  return `${bought}: ${dollars(hourlyPrice)} an hour; ${onDemand}`;
}

function costText(record: SessionRecord, now: Date): string {
  const so = costSoFar(record, now);
  const tense = record.ending === undefined ? " so far" : "";
  return `${dollars(so.cost)} for ${so.hours} hours${tense}, address and disk included; ${dollars(so.onDemandCost)} on demand, ${savedPercent(so)} % saved`;
}

/** The executions of a session's life that are known. */
export const executionsOf = ({ launchExecution, claim, ending }: SessionRecord) => ({
  launch: launchExecution,
  teardown: ending?.teardown ?? claim?.holder ?? null,
});

function lookRows(record: SessionRecord, stage: string): Row[] {
  const { launch, teardown } = executionsOf(record);
  return [
    ["launch", executionLink(launch)],
    ...row("teardown", teardown === null ? undefined : executionLink(teardown)),
    ["notices", `topic ${namesOf(stage).noticesTopic}, and its subscribers' mail`],
  ];
}
