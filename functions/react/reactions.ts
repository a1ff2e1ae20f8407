import * as z from "zod";
import { session as sessionField } from "../../workflows/fields.ts";
import { endReason } from "../../workflows/teardown.contract.ts";
import { machineAsksForEnd, machineEventSource } from "../session/asks.ts";
import { findMachines, tagOf } from "../session/machines.ts";
import { namesOf } from "../session/names.ts";
import { settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { tagKeys } from "../session/tags.ts";
import {
  decideOnAppointment,
  decideOnAsk,
  decideOnIdle,
  decideOnLaunch,
  decideOnMachine,
  decideOnTeardown,
} from "./decide.ts";
import { type Decision, nothing } from "./decision.ts";
import { decideOnLookAgain, lookAgainEvent } from "./look-again.ts";

/** One kind of event: how it is told from the others, which facts it makes us look at. */
interface Reaction {
  name: string;
  parse: (event: unknown) => unknown;
  react: (event: unknown, now: Date) => Promise<Decision>;
}

/** Joins a parser with the reaction to what it yields, so that both speak of one type. */
function reaction<Event>(
  name: string,
  schema: z.ZodType<Event>,
  react: (event: Event, now: Date) => Promise<Decision>,
): Reaction {
  return {
    name,
    parse: (event) => schema.safeParse(event).data,
    react: (event, now) => react(schema.parse(event), now),
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
const executionStopped = z.object({
  source: z.literal("aws.states"),
  "detail-type": z.literal("Step Functions Execution Status Change"),
  detail: z.object({
    executionArn: z.string(),
    stateMachineArn: z.string(),
    name: z.string(),
    status: z.enum(["FAILED", "TIMED_OUT", "ABORTED"]),
    /** JSON text, or null when it was too long. */
    input: z.string().nullable(),
    error: z.string().nullish(),
  }),
});

const teardownTold = z
  .string()
  .transform((text) => JSON.parse(text))
  .pipe(z.object({ session: z.string(), reason: endReason.default("operator") }));

/** What a teardown was about: its input says, or else its name, which is the session and a number. */
function aboutTeardown(name: string, input: string | null) {
  return (
    teardownTold.safeParse(input).data ?? { session: name.replace(/-\d+$/, ""), reason: "operator" as const }
  );
}

const machineStopped = z.object({
  source: z.literal("aws.ec2"),
  "detail-type": z.literal("EC2 Instance State-change Notification"),
  detail: z.object({ "instance-id": z.string(), state: z.string() }),
});

const machineAsks = z.object({
  source: z.literal(machineEventSource),
  "detail-type": z.literal(machineAsksForEnd),
  detail: z.object({ "instance-id": z.string() }),
});

/** The machine of that id, if it is this stage's, and the session that its tags name. */
async function ourMachine(instanceId: string) {
  const [machine] = await findMachines([
    { Name: "instance-id", Values: [instanceId] },
    { Name: `tag:${tagKeys.stage}`, Values: [settings().stage] },
  ]);
  const session = machine && tagOf(machine, tagKeys.session);
  return machine === undefined || session === undefined ? undefined : { machine, session };
}

const alarm = z.object({
  source: z.literal("aws.cloudwatch"),
  "detail-type": z.literal("CloudWatch Alarm State Change"),
  detail: z.object({ alarmName: z.string(), state: z.object({ value: z.literal("ALARM") }) }),
});

const appointment = z.object({
  source: z.literal("moonbase.schedule"),
  "detail-type": z.literal("expiry"),
  detail: z.object({ session: z.string(), endReason: endReason.optional() }),
});

/** The session whose idle alarm bears this name; the name is ours, so it is read back the way it was made. */
function sessionOfAlarm(alarmName: string): string | undefined {
  const [before = "", after = ""] = namesOf(settings().stage).idleAlarm("|").split("|");
  if (!alarmName.startsWith(before) || !alarmName.endsWith(after)) return undefined;
  return alarmName.slice(before.length, alarmName.length - after.length);
}

export const reactions: Reaction[] = [
  reaction("execution stopped", executionStopped, async ({ detail }, now) => {
    const { name, input, status, error } = detail;
    const stopped = { arn: detail.executionArn, status, error: error ?? undefined };
    if (detail.stateMachineArn === settings().launchWorkflowArn) {
      if (!sessionField.safeParse(name).success) return nothing("no session can have that name");
      return decideOnLaunch(name, await findSession(name), stopped, now);
    }
    const about = aboutTeardown(name, input);
    const record = await findSession(about.session);
    return decideOnTeardown(record, { ...stopped, endReason: about.reason }, now);
  }),
  reaction("machine stopped", machineStopped, async ({ detail }, now) => {
    const instanceId = detail["instance-id"];
    const ours = await ourMachine(instanceId);
    if (ours === undefined) return nothing("the machine is not ours");
    const phase = tagOf(ours.machine, tagKeys.phase);
    return decideOnMachine(await findSession(ours.session), { instanceId, state: detail.state, phase }, now);
  }),
  reaction("machine asks", machineAsks, async ({ detail }, now) => {
    const instanceId = detail["instance-id"];
    const ours = await ourMachine(instanceId);
    if (ours === undefined) return nothing("the machine is not ours");
    const asks = tagOf(ours.machine, tagKeys.asks);
    return decideOnAsk(await findSession(ours.session), { instanceId, asks }, now);
  }),
  reaction("idle alarm", alarm, async ({ detail }, now) => {
    const session = sessionOfAlarm(detail.alarmName);
    return session === undefined
      ? nothing("the alarm is not a session's")
      : decideOnIdle(await findSession(session), now);
  }),
  reaction("appointment", appointment, async ({ detail }, now) =>
    decideOnAppointment(detail.session, await findSession(detail.session), detail.endReason, now),
  ),
  reaction("look again", lookAgainEvent, decideOnLookAgain),
];
