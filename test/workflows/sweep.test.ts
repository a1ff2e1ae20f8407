import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateTagsCommand,
  DescribeSecurityGroupRulesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DisableRuleCommand, EnableRuleCommand } from "@aws-sdk/client-eventbridge";
import { DeleteScheduleCommand } from "@aws-sdk/client-scheduler";
import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import {
  call,
  engine,
  eventually,
  everythingOf,
  gone,
  machinesOf,
  recordOf,
  turnClock,
  undertakerOf,
  withDoor,
} from "./session.ts";
import {
  make,
  makeAlarm,
  makeSchedule,
  marksOf,
  passTenMinutes,
  sweep,
  sweepTwice,
  tagsOf,
} from "./sweep.ts";

const { clients, stage } = engine;
const hourAgo = () => new Date(Date.now() - 3_600_000);

/** Waits until nothing bears the session's name any more: it has no record to say so. */
const removed = (session: string) =>
  eventually(async () => expect(await engine.left(session)).toEqual([]), 60);

async function ready(name: string): Promise<string> {
  const session = newSession(name);
  expect((await engine.waitFor(await engine.launch(session, withDoor))).status).toBe("SUCCEEDED");
  return session;
}

/** The rule of that name lets no event through until this is disposed of. */
async function withoutRule(name: string): Promise<AsyncDisposable> {
  const rule = { Name: `${stage}-${name}` };
  await clients.events.send(new DisableRuleCommand(rule));
  return { [Symbol.asyncDispose]: async () => void (await clients.events.send(new EnableRuleCommand(rule))) };
}

describe("a leftover of a session that nobody knows is gone after two sweeps:", () => {
  it.each<[string, (session: string) => Promise<string>]>([
    ["a machine", (session) => make.machine(tagsOf(session))],
    ["a volume", (session) => make.volume(tagsOf(session))],
    ["an interface", (session) => make.networkInterface(tagsOf(session))],
    ["an address", (session) => make.address(tagsOf(session))],
    ["a security group", (session) => make.securityGroup(tagsOf(session), `group-${session}`)],
    ["a parameter", (session) => make.parameter(tagsOf(session), `/${stage}/machines/i-${session}`)],
    ["an alarm", (session) => makeAlarm(`${stage}/${session}/idle`)],
    ["a schedule", (session) => makeSchedule(`${session}-expiry`)],
  ])("%s", async (_, orphan) => {
    const session = newSession("orphan");
    const id = await orphan(session);
    expect((await engine.left(session)).join()).toContain(id);
    await sweepTwice();
    await removed(session);
    await sweep();
    expect(await marksOf(session), "forgotten").toEqual([]);
  });
});

it("a rule of a session in a group that it shares is taken out, and the group and its other rules stay", async () => {
  const session = newSession("rule");
  const group = await make.securityGroup([{ Key: "moonbase:stage", Value: stage }], `shared-${session}`);
  const rule = await make.rule(tagsOf(session), group);
  await sweepTwice();
  const look = new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [group] }] });
  await eventually(async () => {
    const { SecurityGroupRules } = await clients.ec2.send(look);
    expect(SecurityGroupRules?.map(({ SecurityGroupRuleId }) => SecurityGroupRuleId)).not.toContain(rule);
    expect(SecurityGroupRules, "what goes out").toHaveLength(1);
  });
});

it("what is left of a session that has ended is gone after two sweeps, and its books stay closed", async () => {
  const session = await ready("ended");
  await engine.waitFor(await engine.teardown(session));
  const { ending } = await gone(session);
  await make.volume(tagsOf(session));
  await sweepTwice();
  await removed(session);
  expect(await gone(session)).toMatchObject({ ending, reason: "operator" });
});

it("what is not ours is not touched, whatever it looks like", async () => {
  const session = newSession("tea");
  const live = await ready(session);
  const before = await eventually(async () => {
    const everything = await everythingOf(live);
    expect(JSON.stringify(everything.machines)).toContain('"complete"');
    return everything;
  });
  const other = `${stage}-2`;
  const foreign = newSession("foreign");
  const group = await make.securityGroup(tagsOf(foreign, other), `group-${foreign}`);
  const kept = [
    await make.machine(tagsOf(foreign, other)),
    await make.volume(tagsOf(foreign, other)),
    await make.networkInterface(tagsOf(foreign, other)),
    await make.address(tagsOf(foreign, other)),
    group,
    await make.parameter(tagsOf(foreign, other), `/${other}/machines/i-${foreign}`),
    await makeAlarm(`${other}/${foreign}/idle`),
    // Ours, and no session's: a volume as the backup's, a schedule and an alarm of another kind.
    await make.volume([
      { Key: "moonbase:stage", Value: stage },
      { Key: "Name", Value: foreign },
    ]),
    await makeSchedule(`${foreign}-nightly`),
    await makeSchedule(`${foreign}-expiry`, "default"),
    await makeAlarm(`${stage}/${foreign}/disk`),
    await makeAlarm(`${stage}-${foreign}`),
  ];
  // A name that begins like a live one's.
  await makeAlarm(`${stage}/${live}-idle/idle`);
  await sweepTwice();
  await removed(`${live}-idle`);
  const left = (await engine.left(foreign)).join();
  expect(kept.filter((id) => !left.includes(id))).toEqual([]);
  expect(await marksOf(foreign)).toEqual([]);
  expect(await everythingOf(live)).toEqual(before);
});

it("a launch under way is never swept", async () => {
  const session = newSession("young");
  const execution = await engine.launch(session, withDoor);
  const sweeps = Array.from({ length: 5 }, sweepTwice);
  await Promise.allSettled(sweeps);
  expect((await engine.waitFor(execution)).status).toBe("SUCCEEDED");
  expect(await recordOf(session)).toMatchObject({ status: "ready", generation: 0 });
  expect(await marksOf(session)).toEqual([]);
});

it("a session whose machine ended unheard is ended", async () => {
  const session = await ready("unheard");
  const [InstanceId] = (await machinesOf(session)).map((machine) => machine.InstanceId ?? "");
  // The record of a session that nobody was told about: another machine's, which is long gone.
  await clients.table.send(
    new UpdateCommand({
      TableName: `${stage}-sessions`,
      Key: { id: session },
      UpdateExpression: "SET machine.instanceId = :gone",
      ExpressionAttributeValues: { ":gone": "i-00000000000000000" },
    }),
  );
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId ?? ""] }));
  await sweepTwice();
  expect(await gone(session)).toMatchObject({
    reason: "machine-gone",
    failure: expect.stringContaining("found by the sweep: its machine i-00000000000000000 is gone"),
  });
});

it("a session past its end whose undertaker is lost is ended", async () => {
  const session = await ready("forgotten");
  await clients.scheduler.send(
    new DeleteScheduleCommand({ Name: `${session}-expiry`, GroupName: `${stage}-sessions` }),
  );
  await turnClock(session, "expiresAt", hourAgo());
  await sweep();
  expect(await gone(session)).toMatchObject({ reason: "expired" });
});

it("a live session whose undertaker is lost gets another", async () => {
  const session = await ready("unguarded");
  await clients.scheduler.send(
    new DeleteScheduleCommand({ Name: `${session}-expiry`, GroupName: `${stage}-sessions` }),
  );
  await clients.table.send(
    new UpdateCommand({
      TableName: `${stage}-sessions`,
      Key: { id: session },
      UpdateExpression: "SET requestedAt = :then",
      ExpressionAttributeValues: { ":then": hourAgo().toISOString() },
    }),
  );
  await sweep();
  expect((await undertakerOf(session)).StartDate?.toISOString()).toBe((await recordOf(session))?.expiresAt);
});

it("an idle alarm that told too early is asked again", async () => {
  const session = await ready("early");
  const AlarmName = `${stage}/${session}/idle`;
  const told = { AlarmName, StateValue: "ALARM" as const, StateReason: "test" };
  // It tells here and now: whatever comes later is the sweep's.
  await using _ = await withoutRule("machine-idle");
  await clients.cloudWatch.send(new SetAlarmStateCommand(told));
  await call("react", {
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    detail: { alarmName: AlarmName, state: { value: "ALARM" } },
  });
  await sweep();
  expect(await recordOf(session), "ready only now").toMatchObject({ status: "ready", generation: 0 });
  await turnClock(session, "readyAt", hourAgo());
  await sweep();
  await eventually(async () => expect(await recordOf(session)).toMatchObject({ notice: { reason: "idle" } }));
  await engine.waitFor(await engine.teardown(session));
});

it("a machine whose asking nobody has heard is asked again", async () => {
  const session = await ready("hoarse");
  await turnClock(session, "readyAt", hourAgo());
  const Resources = (await machinesOf(session)).flatMap(({ InstanceId }) => InstanceId ?? []);
  const Tags = [{ Key: "moonbase:asks", Value: "logged-out" }];
  await clients.ec2.send(new CreateTagsCommand({ Resources, Tags }));
  await sweep();
  expect(await gone(session)).toMatchObject({ reason: "logged-out" });
});

it("a place that nobody fills is freed", async () => {
  const session = newSession("place");
  const live = { TableName: `${stage}-sessions`, Key: { id: "#live" } };
  await clients.table.send(
    new UpdateCommand({
      ...live,
      UpdateExpression: "ADD sessions :it, committed :dollars",
      ExpressionAttributeValues: { ":it": new Set([session]), ":dollars": 1 },
    }),
  );
  await sweepTwice();
  const { sessions } = (await recordOf("#live")) ?? {};
  expect(sessions instanceof Set ? [...sessions] : []).not.toContain(session);
});

it("sweeps at the same time do no harm", async () => {
  const session = newSession("crowd");
  await make.volume(tagsOf(session));
  await sweepTwice();
  await Promise.all([sweep(), sweep(), sweep()]);
  await removed(session);
});

it("what cannot be looked at fails the sweep by name, and the rest is done", async () => {
  const session = newSession("beside");
  const broken = newSession("broken");
  await make.volume(tagsOf(session));
  await make.volume(tagsOf(broken));
  const Item = { id: broken, status: "no such status" };
  const TableName = `${stage}-sessions`;
  await clients.table.send(new PutCommand({ TableName, Item }));
  const complaint = `record of session ${broken}: could not be read (ZodError)`;
  await expect(sweep()).rejects.toThrow(complaint);
  await passTenMinutes();
  await expect(sweep()).rejects.toThrow(complaint);
  await removed(session);
  expect(await engine.left(broken)).toHaveLength(1);

  await clients.table.send(new DeleteCommand({ TableName, Key: { id: broken } }));
  await sweepTwice();
  await removed(broken);
});
