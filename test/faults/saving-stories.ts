import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect } from "vitest";
import * as z from "zod";
import { account, region } from "../../local/environment.ts";
import type { RecordedCall } from "../../local/proxy/remote.ts";
import { call, engine, eventually, machinesOf, recordOf } from "../workflows/session.ts";
import { afterFailure, type Ending, ended, stopIfUnheard } from "./endings.ts";
import { appointment, executionsOf, over, proxy, toldAbout } from "./scene.ts";

/** What stories have in common whose machine holds something: it is gone only when that is safe. */

const { clients, stage } = engine;

export async function untilReadyToSave(session: string): Promise<void> {
  await proxy.watch(session);
  const { status, cause } = await ended(session, await engine.launch(session, { blueprint: "stand-in" }));
  if (status !== "SUCCEEDED") throw new Error(`a clean launch is ${status}: ${cause}`);
}

/** All calls of the steps that make one of these. */
export const ofStepsThat =
  (...actions: string[]) =>
  (calls: readonly RecordedCall[]) => {
    const steps = new Set(
      calls.filter(({ action }) => actions.includes(action)).map(({ caller }) => caller.invocation),
    );
    return calls.filter(({ caller }) => steps.has(caller.invocation));
  };

/** All calls of the one step that comes first of those that do this. */
export const ofTheFirstStepThat =
  (does: (step: readonly RecordedCall[]) => boolean) => (calls: readonly RecordedCall[]) => {
    const steps = [...Map.groupBy(calls, ({ caller }) => caller.invocation).values()];
    return steps.find(does) ?? [];
  };

const saveOf = z.object({
  blueprint: z.string(),
  save: z.object({ outcome: z.literal("saved"), id: z.string() }),
});

/** The record names a snapshot, and it is there. */
async function expectSaved(session: string): Promise<void> {
  const { blueprint, save } = saveOf.parse(await recordOf(session));
  const Bucket = `${stage}-backup-${account}-${region}`;
  const Prefix = `${blueprint}/snapshots/${save.id}`;
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  expect(Contents.map(({ Key }) => Key)).toEqual([Prefix]);
}

/** A machine whose data is safe is ended. One whose data is not is kept, the operator told, and tried again. */
export async function tellSaving(session: string): Promise<Ending> {
  const execution = await engine.teardown(session);
  const over = new AbortController();
  const [{ status, error }] = await Promise.all([
    ended(session, execution).finally(() => over.abort()),
    stopIfUnheard(session, execution, "AskForSave", over.signal),
  ]);
  return endOfSaving(session, status, error);
}

async function endOfSaving(session: string, status?: string, error?: string): Promise<Ending> {
  if (status === "SUCCEEDED") {
    await over(session);
    await expectSaved(session);
    return "saved, then gone";
  }
  if (error !== "NotSaved") {
    const ending = await afterFailure(session, 1, status !== "ABORTED");
    await expectSaved(session);
    return ending;
  }
  const [machine] = await machinesOf(session);
  expect(machine?.State?.Name, "kept").toBe("running");
  expect(await toldAbout(session), "that it is kept").toMatch(/is kept|not saved/);
  await proxy.lift(session);
  await over(session, 60, () => appointment(session));
  await expectSaved(session);
  return "kept and told, then saved and gone";
}

async function spotEvent(session: string, kind: string, detail: object): Promise<object> {
  const [machine] = await machinesOf(session);
  return {
    source: "aws.ec2",
    "detail-type": kind,
    time: new Date().toISOString(),
    detail: { "instance-id": machine?.InstanceId, ...detail },
  };
}

/** EventBridge asks again when react fails. */
async function react(session: string, event: object): Promise<void> {
  await call("react", event).catch(() => proxy.lift(session).then(() => call("react", event)));
}

/** Spot has given notice: the teardown that this begins is named. */
export async function beginInterruption(session: string): Promise<string> {
  await react(
    session,
    await spotEvent(session, "EC2 Spot Instance Interruption Warning", { "instance-action": "terminate" }),
  );
  const [execution] = await eventually(async () => {
    const found = await executionsOf("teardown", session);
    expect(found).not.toEqual([]);
    return found;
  });
  return execution?.executionArn ?? "";
}

/** Spot takes the machine away; nobody of ours may have done so before. */
export async function takeAway(session: string): Promise<void> {
  const InstanceIds = (await machinesOf(session)).flatMap(({ InstanceId, State }) =>
    State?.Name === "running" ? (InstanceId ?? []) : [],
  );
  expect(InstanceIds, "a machine that spot has not taken yet").toHaveLength(1);
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds }));
}

/** What can be saved is saved, and nobody ends the machine before spot does. */
export async function tellInterruption(session: string): Promise<Ending> {
  const execution = await beginInterruption(session);
  const over = new AbortController();
  void stopIfUnheard(session, execution, "AskForQuickSave", over.signal);
  // Two minutes, as long as the save takes that they are for; a fault may have cost it.
  await eventually(async () => saveOf.parse(await recordOf(session)), 12).catch(() => undefined);
  await takeAway(session);
  over.abort();
  return afterInterruption(session);
}

async function afterInterruption(session: string): Promise<Ending> {
  const isGone = await over(session, 15).then(
    () => true,
    () => false,
  );
  if (isGone) return "gone";
  await proxy.lift(session);
  await over(session, 60, () => appointment(session));
  return "gone";
}

/** Spot may take the machine: it is asked to save, and nothing else happens to it. */
export async function tellRebalance(session: string): Promise<Ending> {
  await react(session, await spotEvent(session, "EC2 Instance Rebalance Recommendation", {}));
  const [machine] = await machinesOf(session);
  expect(machine?.Tags?.find(({ Key }) => Key === "moonbase:wants")?.Value).toMatch(/^save early-/);
  expect(await recordOf(session)).toMatchObject({ status: "ready", generation: 0 });
  await proxy.lift(session);
  return tellSaving(session);
}
