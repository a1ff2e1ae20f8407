import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import type { Instance } from "@aws-sdk/client-ec2";
import { session as sessionField } from "../../workflows/fields.ts";
import { cloudwatch } from "../session/clients.ts";
import { findMachines, isGoing } from "../session/machines.ts";
import { namesOf } from "../session/names.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { tagKeys, tagValue } from "../session/tags.ts";

/** A machine of this stage as EC2 shows it, with what its tags say. */
export interface SeenMachine {
  instanceId: string;
  /** As EC2 names it: "running", "terminated" and the like. */
  state: string;
  /** On its way out, or out. */
  going: boolean;
  /** What it last said of itself. */
  phase: string | undefined;
  asks: string | undefined;
  logins: string | undefined;
  wants: string | undefined;
  tailscale: string | undefined;
  heard: string | undefined;
}

/** A name that came with an event or a tag: whatever cannot be a session's names none. */
export const sessionFrom = (name: unknown): string | undefined => sessionField.safeParse(name).data;

async function lookFor(instanceId: string): Promise<Instance | undefined> {
  const [instance] = await findMachines([
    { Name: "instance-id", Values: [instanceId] },
    { Name: `tag:${tagKeys.stage}`, Values: [settings().stage] },
  ]);
  return instance;
}

const seen = (instance: Instance, instanceId: string): SeenMachine => ({
  instanceId,
  state: instance.State?.Name ?? "unknown",
  going: isGoing(instance),
  phase: tagValue(instance.Tags, tagKeys.phase),
  asks: tagValue(instance.Tags, tagKeys.asks),
  logins: tagValue(instance.Tags, tagKeys.logins),
  wants: tagValue(instance.Tags, tagKeys.wants),
  tailscale: tagValue(instance.Tags, tagKeys.tailscale),
  heard: tagValue(instance.Tags, tagKeys.heard),
});

/** The machine of that id, if it is this stage's, and the session that its tags name. */
export async function ourMachine(
  instanceId: string,
): Promise<{ machine: SeenMachine; session: string } | undefined> {
  const instance = await lookFor(instanceId);
  const session = instance && sessionFrom(tagValue(instance.Tags, tagKeys.session));
  return instance === undefined || session === undefined
    ? undefined
    : { machine: seen(instance, instanceId), session };
}

/** The machine that a record names; nothing when EC2 does not show it. */
export async function machineOf(record: SessionRecord | undefined): Promise<SeenMachine | undefined> {
  const instanceId = record?.machine?.instanceId;
  if (instanceId === undefined) return undefined;
  const instance = await lookFor(instanceId);
  return instance && seen(instance, instanceId);
}

/** "OK", "ALARM" or "INSUFFICIENT_DATA"; nothing when there is no such alarm. */
export async function idleAlarmOf(session: string): Promise<string | undefined> {
  const AlarmNames = [namesOf(settings().stage).idleAlarm(session)];
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames }));
  return MetricAlarms?.[0]?.StateValue;
}
