import { alertEvent, prose } from "../../unit/fixture/budget.ts";
import { engine } from "../session.ts";
import type { Chance } from "./chance.ts";
import { endOf, type Soul } from "./world.ts";

const { stage } = engine;

export interface Gust {
  event: unknown;
  /** No reaction can read it, so it must end in an error, and in nothing else. */
  malformed?: boolean;
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const spot = (instanceId: unknown, minutes: number) => ({
  source: "aws.ec2",
  "detail-type": "EC2 Spot Instance Interruption Warning",
  time: ago(minutes),
  detail: { "instance-id": instanceId, "instance-action": "terminate" },
});
const rebalance = (instanceId: unknown) => ({
  source: "aws.ec2",
  "detail-type": "EC2 Instance Rebalance Recommendation",
  time: ago(0),
  detail: { "instance-id": instanceId },
});
export const stateChange = (instanceId: unknown, state: string) => ({
  source: "aws.ec2",
  "detail-type": "EC2 Instance State-change Notification",
  detail: { "instance-id": instanceId, state },
});
const asks = (instanceId: unknown) => ({
  source: "moonbase.machine",
  "detail-type": "machine asks for its end",
  detail: { "instance-id": instanceId, session: "whatever" },
});
const alarm = (alarmName: string) => ({
  source: "aws.cloudwatch",
  "detail-type": "CloudWatch Alarm State Change",
  detail: { alarmName, state: { value: "ALARM" } },
});
const idle = (session: string) => alarm(`${stage}/${session}/idle`);
const appointment = (session: unknown) => ({
  source: "moonbase.schedule",
  "detail-type": "expiry",
  detail: { session },
});
const lookAgain = (session: string, about: string) => ({
  source: "moonbase.sweep",
  "detail-type": "look again",
  detail: { stage, session, about },
});
const anotherLaunchStopped = (session: string) => ({
  source: "aws.states",
  "detail-type": "Step Functions Execution Status Change",
  detail: {
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:${stage}-launch:${session}-before`,
    stateMachineArn: `arn:aws:states:us-east-1:000000000000:stateMachine:${stage}-launch`,
    name: session,
    status: "ABORTED",
    input: null,
  },
});

/** What must be heard of a session for its fate to come about. */
export function destiny({ session, fate, instanceId }: Soul): unknown[] {
  switch (fate) {
    case "interrupted":
      return [spot(instanceId, 0)];
    case "idle":
      return [idle(session)];
    case "expired":
      return [appointment(session)];
    case "gone":
      return [stateChange(instanceId, "shutting-down"), stateChange(instanceId, "terminated")];
    case "logged-out":
      return [asks(instanceId)];
    case "advised":
      return [rebalance(instanceId)];
    default:
      return [];
  }
}

/** What may be heard of a session besides, and must not change its fate. */
export function rumour({ session, fate, instanceId }: Soul, luck: Chance): unknown {
  const harmless = [
    spot(instanceId, 60),
    spot(instanceId, 90),
    lookAgain(session, "kept"),
    anotherLaunchStopped(session),
    appointment(session),
    ...(fate === "logged-out" ? [] : [asks(instanceId), lookAgain(session, "asks")]),
    idle(session),
    lookAgain(session, "idle"),
    ...(fate === "advised" ? [] : [rebalance(instanceId)]),
  ];
  return luck.one(harmless);
}

/** What is none of our business, or nobody's. */
export function noise(strangers: readonly string[], luck: Chance): unknown {
  const stranger = luck.one(strangers);
  return luck.one([
    spot(stranger, 0),
    rebalance(stranger),
    stateChange(stranger, "terminated"),
    asks(stranger),
    alarm(
      luck.one(["CPU", `${stage}/nobody/idle`, "other/tea/idle", `${stage}//idle`, `${stage}/#live/idle`]),
    ),
    appointment(luck.one(["nobody", "#live", "#month-2026-11", "", "a/b"])),
    { source: "moonbase.schedule", "detail-type": "retention", detail: {} },
    alertEvent(
      prose({ "Budget Name": `${stage}-monthly`, "Alert Type": "FORECASTED" }),
      ago(0),
      `${stage}-budget`,
    ),
    alertEvent("all is lost", ago(45 * 24 * 60), `${stage}-budget`),
    alertEvent("all is lost", ago(0), "another-topic"),
  ]);
}

export const gibberish = ({ session, instanceId }: Soul, luck: Chance): unknown =>
  luck.one([
    {},
    null,
    "terminated",
    { source: "aws.ec2" },
    spot(7, 0),
    spot({ id: instanceId }, 0),
    stateChange(null, "terminated"),
    appointment(7),
    { ...appointment(session), detail: { session, endReason: "because" } },
    { ...idle(session), detail: { alarmName: session } },
    lookAgain(session, "everything"),
    { Records: [] },
    { Records: [{ EventSource: "aws:sns", Sns: { Message: "all is lost" } }] },
  ]);

/** A storm of so many events: each destiny at least twice, the rest rumours, noise and gibberish, in any order. */
export function storm(
  souls: readonly Soul[],
  strangers: readonly string[],
  count: number,
  luck: Chance,
): Gust[] {
  const destinies = souls.flatMap((soul) => [...destiny(soul), ...destiny(soul)]).map((event) => ({ event }));
  const rest = Array.from({ length: count - destinies.length }, (): Gust => {
    const kind = luck.below(10);
    if (kind === 0) return { event: gibberish(luck.one(souls), luck), malformed: true };
    if (kind <= 3) return { event: noise(strangers, luck) };
    const soul = luck.one(souls);
    const again = destiny(soul);
    if (kind <= 5 && again.length > 0) return { event: luck.one(again) };
    return { event: rumour(soul, luck) };
  });
  return luck.shuffled([...destinies, ...rest]);
}

/** The undertaker comes to whoever was given notice, several times. */
export const visits = (souls: readonly Soul[]): Gust[] =>
  souls
    .filter((soul) => endOf(soul) === "idle" || endOf(soul) === undefined)
    .flatMap(({ session }) => [{ event: appointment(session) }, { event: appointment(session) }]);
