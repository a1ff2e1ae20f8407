import { blueprintNamed } from "../../blueprints/index.ts";
import { besidesHourly, volumeMonthlyPrice } from "../../blueprints/prices.ts";
import type { Launched } from "../../workflows/launch.contract.ts";
import type { TornDown } from "../../workflows/teardown.contract.ts";
import { keptUntil, type SaveFailurePolicy } from "./caps.ts";
import { kindOf } from "./choices.ts";
import { costSoFar, dollars, savedPercent } from "./cost.ts";
import { notify } from "./events.ts";
import { homeText } from "./home-text.ts";
import { launchOutcome, secondsToReady } from "./launches.ts";
import { executionLink, regionOf } from "./links.ts";
import { openingOf } from "./opening.ts";
import { reasonInWords } from "./reasons.ts";
import type { KeptOnSession, SaveOnSession, SessionRecord } from "./record.ts";
import { retryMinutes } from "./retry.ts";

/** What the operator is told: each notice answers why, what was saved, what it cost, and where to look. */
export interface Notice {
  subject: string;
  lines: string[];
}

export const sendNotice = ({ subject, lines }: Notice): Promise<void> => notify(subject, lines);

export const wholeStory = (session: string): string => `The whole story: npx moonbase why ${session}`;

export const whereToLook = (session: string, execution: string): string[] => [
  `Look at: ${executionLink(execution)}`,
  wholeStory(session),
];

/** The execution that is at work on a session, or was last. */
const executionOf = ({ claim, ending, launchExecution }: SessionRecord) =>
  ending?.teardown ?? claim?.holder ?? launchExecution;

/** What to restore from. What a machine named and nobody found is no save. */
export const savedId = (save: SaveOnSession | undefined): string | undefined =>
  save?.outcome === "saved" ? save.id : undefined;

const inBrackets = (id: string | undefined) => (id === undefined ? "" : ` (${id})`);

/** What is safe of a session, for people. */
export function savedSoFar({ blueprint, save }: SessionRecord): string {
  if (blueprintNamed(blueprint).save.by === "nobody") return `nothing; ${blueprint} keeps nothing`;
  if (save?.outcome !== "saved") return "nothing yet";
  return `${save.message}, at ${save.at}${inBrackets(savedId(save))}`;
}

export function costLine(record: SessionRecord, now: Date): string {
  const { cost, hours } = costSoFar(record, now);
  return `It has cost about ${dollars(cost)} so far, in ${hours} hours.`;
}

/** What a machine costs an hour, with its address and disk. */
function hourlyLine(record: SessionRecord): string {
  const { machine, launchExecution, estimate } = record;
  const { rootGiB } = kindOf(record).storage;
  const own = machine?.hourlyPrice ?? machine?.onDemandHourlyPrice ?? 0;
  const hourly = own + besidesHourly(rootGiB, regionOf(launchExecution));
  return `It costs about ${dollars(hourly)} an hour, and at most ${dollars(estimate)} in all.`;
}

export function readyNotice(record: SessionRecord, launched: Launched): Notice {
  const { session, user, address, instanceId, instanceType, market, zone, expiresAt } = launched;
  const seconds = secondsToReady(record);
  const connect =
    address === null || openingOf(record) === undefined
      ? `aws ssm start-session --target ${instanceId}`
      : `ssh ${user}@${address}`;
  return {
    subject: `Moonbase session ${session} is ready`,
    lines: [
      `Session ${session} is ready: ${instanceType}, ${market}, in ${zone}${seconds === undefined ? "" : `, after ${seconds} seconds`}.`,
      `Asked for by: ${record.requestedBy ?? "nobody has said"}.`,
      `Connect: ${connect}`,
      `It ends by itself at ${expiresAt}.`,
      ...(homeText(record) === undefined ? [] : [`Home: ${homeText(record)}.`]),
      `Saved: ${savedSoFar(record)}.`,
      hourlyLine(record),
      ...whereToLook(session, record.launchExecution),
    ],
  };
}

export function interruptedNotice(record: SessionRecord, takenAt: string, now: Date): Notice {
  const { id, machine } = record;
  return {
    subject: `Moonbase session ${id} is interrupted`,
    lines: [
      `EC2 wants the machine of session ${id} back${machine === undefined ? "" : ` (${machine.instanceType} in ${machine.zone})`} and takes it away at about ${takenAt}.`,
      blueprintNamed(record.blueprint).save.by === "nobody"
        ? `Saved: ${savedSoFar(record)}.`
        : `What it holds is being saved, as far as the time goes. Saved before: ${savedSoFar(record)}.`,
      costLine(record, now),
      ...whereToLook(id, executionOf(record)),
    ],
  };
}

export function savedNotice(record: SessionRecord, save: SaveOnSession, now: Date): Notice {
  return {
    subject: `Moonbase session ${record.id} is saved`,
    lines: [
      `What the machine of session ${record.id} holds is safe.`,
      ...whyItEnds(record),
      `Saved: ${savedSoFar({ ...record, save })}.`,
      costLine(record, now),
      ...whereToLook(record.id, executionOf(record)),
    ],
  };
}

export function keptNotice(
  record: SessionRecord,
  kept: KeptOnSession,
  policy: SaveFailurePolicy,
  now: Date,
): Notice {
  const until = keptUntil(record, policy);
  const next = `by itself in about ${retryMinutes(record.generation)} minutes`;
  return {
    subject: `Moonbase session ${record.id} is kept: it could not be saved`,
    lines: [
      `The end of session ${record.id} has come, and its machine stays up, because what it holds could not be saved: ${kept.why} (attempt ${kept.attempts}).`,
      ...whyItEnds(record),
      `Saved: ${savedSoFar(record)}.`,
      until === undefined
        ? `It is tried again ${next}, for as long as it takes, and costs money until then.`
        : `It is tried again ${next}; at the first attempt after ${until.toISOString()} it is ended although it is not saved.`,
      `To see what is wrong, log in while it is up. To end it all the same: aws ec2 terminate-instances --instance-ids ${record.machine?.instanceId}`,
      hourlyLine(record),
      costLine(record, now),
      ...whereToLook(record.id, executionOf(record)),
    ],
  };
}

const whyItEnds = ({ reason }: SessionRecord): string[] =>
  reason === undefined ? [] : [`It ends because ${reasonInWords[reason]} (${reason}).`];

/** A machine that lets nobody in works alone, and only what it says tells what it did. */
function workLines(record: SessionRecord | undefined): string[] {
  if (record === undefined || blueprintNamed(record.blueprint).door !== null) return [];
  if (record.work !== undefined) return [`What it did: ${record.work}`];
  return record.reason === "work-failed"
    ? []
    : ["It has not finished its work; the next appointment begins anew."];
}

/** What outlives a session goes on to cost money. */
function volumeLine(record: SessionRecord | undefined): string[] {
  if (record?.volume === undefined) return [];
  const { id, gib } = record.volume;
  const monthly = volumeMonthlyPrice(gib, regionOf(record.launchExecution));
  return [
    `Volume ${id} stays: ${gib} GiB, about ${dollars(monthly)} a month whether or not a machine is up.`,
  ];
}

/** A record there may not be: a machine is ended although nobody knows what it was for. */
export function endedNotice(record: SessionRecord | undefined, account: TornDown): Notice {
  const { session, reason, saved, hours, cost, onDemandCost } = account;
  const failed = record !== undefined && launchOutcome(record) === "failed";
  const execution = failed ? record.launchExecution : record && executionOf(record);
  return {
    subject: failed
      ? `Moonbase session ${session} failed to launch`
      : `Moonbase session ${session} has ended: ${reason}`,
    lines: [
      `Session ${session} has ended because ${reasonInWords[reason]} (${reason}). Nothing of it is left in the account${record?.volume === undefined ? "" : " but its volume, which is kept"}.`,
      ...(record?.failure === undefined ? [] : [`What went wrong: ${record.failure}`]),
      ...workLines(record),
      `Saved: ${saved}${inBrackets(savedId(record?.save))}.`,
      `It ran ${hours} hours and cost about ${dollars(cost)} (${dollars(onDemandCost)} on demand, ${savedPercent(account)} % saved).`,
      ...volumeLine(record),
      ...(execution === undefined ? [] : whereToLook(session, execution)),
    ],
  };
}
