import type { SaveFailurePolicy } from "../../functions/session/caps.ts";
import { dollars } from "../../functions/session/cost.ts";
import { homeText } from "../../functions/session/home-text.ts";
import { reasonInWords } from "../../functions/session/reasons.ts";
import { isHeld, type SessionRecord } from "../../functions/session/record.ts";
import { stopsAt } from "../session/outlook.ts";
import { type Seen, stateOf } from "../session/seen.ts";
import { evidenceText, keptText, noticeText, sshText } from "./story.ts";
import { duration, table } from "./texts.ts";

/** What is told besides what is seen. */
export interface View {
  readonly now: Date;
  readonly onSaveFailure: SaveFailurePolicy;
}

function left(record: SessionRecord, now: Date): string {
  const at = stopsAt(record);
  return at === undefined ? "-" : duration(Date.parse(at) - now.getTime());
}

/** What an operator should know before anything else, a line each. */
function remarks({ record, disagreement: odd }: Seen, { now, onSaveFailure }: View): string[] {
  const words = [odd];
  if (record !== undefined && record.ending === undefined) {
    const { interruptedAt } = record;
    words.push(
      interruptedAt && `spot gave notice at ${interruptedAt} and takes the machine two minutes later`,
      noticeText(record),
      record.kept && `kept ${keptText(record, onSaveFailure)}`,
      isHeld(record, now) ? `held until ${record.heldUntil}: idleness does not end it before` : undefined,
    );
  }
  return words.filter((word) => word !== undefined);
}

export function listText(seen: readonly Seen[], view: View): string {
  const { now } = view;
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
  const marked = seen.flatMap((one) => remarks(one, view).map((what) => `! ${one.session}: ${what}`));
  return [table([header, ...rows]), ...marked].join("\n");
}

/** What the machine's own timer has saved last, or what the books know. */
export function lastSave({ record, machine }: Seen): string | undefined {
  const save = record?.save?.outcome === "saved" ? record.save : undefined;
  const booked = save === undefined ? undefined : `${save.id?.slice(0, 8) ?? "?"} ${save.at}`;
  const own = machine?.saved;
  if (own === undefined || booked === undefined) return own ?? booked;
  const timeOf = (text: string) => Date.parse(text.split(" ")[1] ?? "") || 0;
  return timeOf(own) > timeOf(booked) ? own : booked;
}

export function detailText(seen: Seen, view: View): string {
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
    ...(homeText(record) === undefined ? [] : [`home      ${homeText(record)}`]),
    ...(lastSave(seen) === undefined ? [] : [`saved     ${lastSave(seen)}`]),
    ...(record.ending === undefined ? [`ssh       ${sshText(record)}`] : []),
    ...(stopsAt(record) === undefined ? [] : [`stops at  ${stopsAt(record)}, in ${left(record, view.now)}`]),
    ...(record.reason === undefined
      ? []
      : [`because   ${reasonInWords[record.reason]} (${record.reason})${evidenceText(record)}`]),
    record.ending === undefined
      ? `cost      at most ${dollars(record.estimate)}`
      : `cost      ${dollars(record.ending.cost)} for ${record.ending.hours} hours`,
    ...remarks(seen, view).map((what) => `! ${what}`),
  ];
  return lines.join("\n");
}
