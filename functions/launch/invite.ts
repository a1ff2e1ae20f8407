import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import { type Invited, readySeconds } from "../../workflows/launch.contract.ts";
import { lastResortOf } from "../session/caps.ts";
import { ec2 } from "../session/clients.ts";
import { nameOf, unless } from "../session/errors.ts";
import { whileLaunching } from "../session/fence.ts";
import { restoreOf } from "../session/home-text.ts";
import { log } from "../session/log.ts";
import { isGoing } from "../session/machines.ts";
import { namesOf } from "../session/names.ts";
import { failTask, instanceArn, leaveNote } from "../session/notes.ts";
import type { Machine, SessionRecord } from "../session/record.ts";
import { keepPolicyOf, retentionWork } from "../session/retention.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { getSession } from "../session/store.ts";

/** The machine gives up this much before the workflow does: what it has to say of its failure still finds a listener. */
const farewellSeconds = 10;

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
    await whileLaunching(session, () => leaveInvitation(record, machine, token));
    if (await hasEnded(machine.instanceId)) {
      await failTask(token, "MachineFailed", "the machine ended before it could be asked anything");
    }
    return { outcome: "invited" };
  } catch (error) {
    log.error("invitation failed", { error: nameOf(error) });
    await failTask(token, "InvitationFailed", nameOf(error));
    throw error;
  }
}

async function leaveInvitation(record: SessionRecord, machine: Machine, token: string): Promise<void> {
  const { stage, onSaveFailure, retention } = settings();
  const blueprint = blueprintNamed(record.blueprint);
  await leaveNote({
    name: namesOf(stage).machineParameter(machine.instanceId),
    session: record.id,
    machineArn: instanceArn(record.launchExecution, machine.instanceId),
    value: {
      session: record.id,
      blueprint: record.blueprint,
      taskToken: token,
      user: blueprint.login,
      publicKey: record.publicKey ?? null,
      volume: record.volume?.id ?? null,
      toolkit: blueprint.toolkit,
      restore: restoreOf(record) ?? "none",
      keep: record.blueprint === retentionWork ? keepPolicyOf(retention) : null,
      readySeconds: readySeconds[blueprint.readyWithin] - farewellSeconds,
      hardCapAt: lastResortOf(record, onSaveFailure).toISOString(),
    },
  });
}

/** A machine that ended before its note was written can never answer, and its event found no note to answer with. */
async function hasEnded(instanceId: string): Promise<boolean> {
  const found = await unless(["InvalidInstanceID.NotFound"], () =>
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  );
  return found?.Reservations?.flatMap(({ Instances }) => Instances ?? []).some(isGoing) ?? false;
}
