import { PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { blueprintNamed } from "../../blueprints/index.ts";
import type { Guarded } from "../../workflows/launch.contract.ts";
import { cloudwatch } from "../session/clients.ts";
import { openDoor } from "../session/door.ts";
import { whileLaunching } from "../session/fence.ts";
import { findMachines } from "../session/machines.ts";
import { namesOf } from "../session/names.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { getSession } from "../session/store.ts";
import { sessionTags } from "../session/tags.ts";
import { tagParts } from "./parts.ts";

/** Opens the one door for the one address, and sets the watch that notices an idle machine. */
export async function guard(event: unknown): Promise<Guarded> {
  const { session } = stepOf(event);
  const record = await getSession(session);
  await whileLaunching(session, () => watchOver(record));
  return { outcome: "guarded", readyWithin: blueprintNamed(record.blueprint).readyWithin };
}

async function watchOver({
  id: session,
  blueprint: name,
  machine,
  sourceCidr,
}: SessionRecord): Promise<void> {
  const { stage } = settings();
  if (machine === undefined) throw new Error(`session "${session}" has no machine to guard`);
  const blueprint = blueprintNamed(name);

  const [instance] = await findMachines([{ Name: "instance-id", Values: [machine.instanceId] }]);
  if (instance !== undefined) await tagParts(stage, session, instance);
  const port = blueprint.door?.port;
  if (sourceCidr !== undefined && port !== undefined) {
    await openDoor({ stage, session, blueprint: name, instanceId: machine.instanceId, port, sourceCidr });
  }
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: namesOf(stage).idleAlarm(session),
      AlarmDescription: `The network of moonbase session ${session} is idle`,
      Namespace: "AWS/EC2",
      MetricName: "NetworkOut",
      Dimensions: [{ Name: "InstanceId", Value: machine.instanceId }],
      Statistic: "Sum",
      Period: blueprint.idle.periodSeconds,
      EvaluationPeriods: blueprint.idle.periods,
      Threshold: blueprint.idle.belowBytes,
      ComparisonOperator: "LessThanThreshold",
      // A machine that sends no metric is not known to be idle, and unknown counts as active.
      TreatMissingData: "notBreaching",
      Tags: sessionTags(stage, session),
    }),
  );
}
