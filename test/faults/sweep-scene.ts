import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect } from "vitest";
import { newSession } from "../local/engine.ts";
import {
  engine,
  eventually,
  machinesOf,
  recordOf,
  turnClock,
  undertakerOf,
  withDoor,
} from "../workflows/session.ts";
import { make, passTenMinutes, sweep, sweepTwice, tagsOf } from "../workflows/sweep.ts";
import { executionsOf, launchOf, over, placesTaken, proxy } from "./scene.ts";

/** What a sweep has to do: live sessions that it looks after in every case, and two leftovers made for each. */

const { clients, stage } = engine;
const TableName = `${stage}-sessions`;
const hourAgo = () => new Date(Date.now() - 3_600_000);

/** A session whose undertaker gets lost, one whose alarm has told, and one that is being launched. */
export interface Living {
  readonly unguarded: string;
  readonly idle: string;
  readonly young: string;
}

export async function living(): Promise<Living> {
  const [unguarded, idle] = await Promise.all(["unguarded", "idle"].map(ready));
  if (unguarded === undefined || idle === undefined) throw new Error("there are two");
  await turnClock(unguarded, "requestedAt", hourAgo());
  await tooEarly(idle);
  await turnClock(idle, "readyAt", hourAgo());
  const young = await launching(unguarded);
  return { unguarded, idle, young };
}

/** A launch that has only just been admitted, as if the engine were slow: a record and a place. */
async function launching(like: string): Promise<string> {
  const young = newSession("young");
  const { machine: _machine, readyAt: _readyAt, ...record } = (await recordOf(like)) ?? {};
  const requestedAt = new Date().toISOString();
  const Item = { ...record, id: young, status: "launching", requestedAt, launchExecution: launchOf(young) };
  await takePlace(young);
  await clients.table.send(new PutCommand({ TableName, Item }));
  return young;
}

/** Nobody ends the launch that never was, so it is taken away; its place is freed as any other that nobody fills. */
export async function leave({ unguarded, idle, young }: Living): Promise<void> {
  await clients.table.send(new DeleteCommand({ TableName, Key: { id: young } }));
  await Promise.all([unguarded, idle].map(async (session) => engine.waitFor(await engine.teardown(session))));
  await sweepTwice();
  for (const session of [unguarded, idle, young]) await over(session);
}

async function ready(name: string): Promise<string> {
  const session = newSession(name);
  expect((await engine.waitFor(await engine.launch(session, withDoor))).status).toBe("SUCCEEDED");
  return session;
}

/** An alarm whose own event has gone by while the session was ready only just. */
async function tooEarly(session: string): Promise<void> {
  await proxy.watch(session);
  const AlarmName = `${stage}/${session}/idle`;
  const told = { AlarmName, StateValue: "ALARM" as const, StateReason: "test" };
  await clients.cloudWatch.send(new SetAlarmStateCommand(told));
  await eventually(async () => {
    const callers = (await proxy.callsOf(session)).map(({ caller }) => caller.name);
    expect(callers, "the alarm's own event").toContain("react");
  });
}

/** The live sessions are as they were: nobody has even begun to end one. */
export async function expectAlive({ unguarded, idle, young }: Living): Promise<void> {
  expect(await recordOf(young), young).toMatchObject({ status: "launching", generation: 0 });
  for (const session of [unguarded, idle, young]) {
    expect(await executionsOf("teardown", session), session).toEqual([]);
  }
  for (const session of [unguarded, idle]) {
    expect(await recordOf(session), session).toMatchObject({ status: "ready", generation: 0 });
    expect((await machinesOf(session)).map(({ State }) => State?.Name)).toEqual(["running"]);
  }
}

/** What there is to do for one sweep. */
export interface Work {
  readonly orphan: string;
  readonly volume: string;
  readonly place: string;
}

/** An orphan and an empty place, both seen by a sweep ten minutes ago; since then an undertaker got lost. */
export async function prepare({ unguarded, idle }: Living): Promise<Work> {
  const orphan = newSession("orphan");
  const place = newSession("place");
  const volume = await make.volume(tagsOf(orphan));
  await takePlace(place);
  await sweep();
  await passTenMinutes();
  const GroupName = `${stage}-sessions`;
  await clients.scheduler.send(new DeleteScheduleCommand({ Name: `${unguarded}-expiry`, GroupName }));
  const Key = { id: idle };
  await clients.table.send(new UpdateCommand({ TableName, Key, UpdateExpression: "REMOVE notice" }));
  return { orphan, volume, place };
}

const takePlace = (session: string) =>
  clients.table.send(
    new UpdateCommand({
      ...{ TableName, Key: { id: "#live" } },
      UpdateExpression: "ADD sessions :it, committed :dollars",
      ExpressionAttributeValues: { ":it": new Set([session]), ":dollars": 1 },
    }),
  );

/** What a sweep does in the scene. */
export const duties = ["orphan", "place", "undertaker", "notice"] as const;
export type Duty = (typeof duties)[number];

async function volumes(): Promise<(string | undefined)[]> {
  const { Volumes = [] } = await clients.ec2.send(new DescribeVolumesCommand({}));
  return Volumes.map(({ VolumeId }) => VolumeId);
}

/** Which of them are not done yet. */
export async function undone({ unguarded, idle }: Living, { volume, place }: Work): Promise<Duty[]> {
  const isDone: Record<Duty, () => Promise<boolean>> = {
    orphan: async () => !(await volumes()).includes(volume),
    place: async () => !(await placesTaken()).has(place),
    undertaker: () =>
      undertakerOf(unguarded).then(
        () => true,
        () => false,
      ),
    notice: async () => (await recordOf(idle))?.notice !== undefined,
  };
  const looks = await Promise.all(duties.map(async (duty) => ((await isDone[duty]()) ? [] : [duty])));
  return looks.flat();
}

/** All is done but what cannot be, after a moment. */
export const expectDone = (living: Living, work: Work, except: readonly Duty[] = []) =>
  eventually(async () => {
    const left = (await undone(living, work)).filter((duty) => !except.includes(duty));
    expect(left, "not done").toEqual([]);
  });
