import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { SendTaskFailureCommand } from "@aws-sdk/client-sfn";
import { PutParameterCommand, type PutParameterCommandInput } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import type { Invited } from "../../workflows/launch.contract.ts";
import { ec2, sfn, ssm } from "../session/clients.ts";
import { nameOf, unless } from "../session/errors.ts";
import { whileLaunching } from "../session/fence.ts";
import { log } from "../session/log.ts";
import { isGoing } from "../session/machines.ts";
import { namesOf } from "../session/names.ts";
import type { Machine, SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { getSession } from "../session/store.ts";
import { sessionTags, tagKeys } from "../session/tags.ts";

const request = z.object({ token: z.string() });

/**
 * Leaves the machine the note that it waits for: who it is, whom to let in, and the token to answer with.
 * A failure is sent through the token as well as thrown: an engine that only waits for the token hears it too.
 */
export async function invite(event: unknown): Promise<Invited> {
  const { session } = stepOf(event);
  const { token } = request.parse(event);
  try {
    const record = await getSession(session);
    const { machine } = record;
    if (machine === undefined) throw new Error(`session "${session}" has no machine to invite`);
    await whileLaunching(session, () => leaveNote(record, machine, token));
    if (await hasEnded(machine.instanceId)) {
      await fail(token, "MachineFailed", "the machine ended before it could be asked anything");
    }
    return { outcome: "invited" };
  } catch (error) {
    log.error("invitation failed", { error: nameOf(error) });
    await fail(token, "InvitationFailed", nameOf(error));
    throw error;
  }
}

/** One SecureString that only this machine can read: `moonbase:machine` is matched with the caller's own ARN. */
async function leaveNote(record: SessionRecord, machine: Machine, token: string): Promise<void> {
  const { stage } = settings();
  const blueprint = blueprintNamed(record.blueprint);
  const note: PutParameterCommandInput = {
    Name: namesOf(stage).machineParameter(machine.instanceId),
    Type: "SecureString",
    Value: JSON.stringify({
      session: record.id,
      blueprint: record.blueprint,
      taskToken: token,
      user: blueprint.image.user,
      publicKey: record.publicKey ?? null,
      toolkit: blueprint.toolkit,
      hardCapAt: hardCap(record.requestedAt, blueprint.runtime.maximumMinutes),
    }),
  };
  const Tags = [
    ...sessionTags(stage, record.id),
    { Key: tagKeys.machine, Value: instanceArn(record.launchExecution, machine.instanceId) },
  ];
  // SSM takes tags only with a new parameter and keeps them when it is overwritten.
  const created = await unless(["ParameterAlreadyExists"], () =>
    ssm.send(new PutParameterCommand({ ...note, Tags })),
  );
  if (created === undefined) await ssm.send(new PutParameterCommand({ ...note, Overwrite: true }));
}

/** The machine's own last resort: a quarter of an hour after the longest life that an operator can ask for. */
const hardCap = (requestedAt: string, longestMinutes: number) =>
  new Date(Date.parse(requestedAt) + (longestMinutes + 15) * 60_000).toISOString();

/** Partition, region and account are those of the execution that launched it. */
function instanceArn(executionArn: string, instanceId: string): string {
  const [, partition, , region, account] = executionArn.split(":");
  return `arn:${partition}:ec2:${region}:${account}:instance/${instanceId}`;
}

/** A machine that ended before its note was written can never answer, and its event found no note to answer with. */
async function hasEnded(instanceId: string): Promise<boolean> {
  const found = await unless(["InvalidInstanceID.NotFound"], () =>
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  );
  return found?.Reservations?.flatMap(({ Instances }) => Instances ?? []).some(isGoing) ?? false;
}

async function fail(taskToken: string, error: string, cause: string): Promise<void> {
  await unless(["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"], () =>
    sfn.send(new SendTaskFailureCommand({ taskToken, error, cause })),
  );
}
