import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import {
  doorOf,
  engine,
  everythingOf,
  idleAlarmOf,
  machinesOf,
  recordOf,
  statesOf,
  undertakerOf,
  withDoor,
} from "./session.ts";

const { clients, stage } = engine;
const session = newSession("clean");
let launchArn: string;
let output: Record<string, unknown>;

beforeAll(async () => {
  launchArn = await engine.launch(session, { ...withDoor, maximumRuntimeMinutes: 60 });
  const { status, output: text } = await engine.waitFor(launchArn);
  expect(status).toBe("SUCCEEDED");
  output = JSON.parse(text ?? "");
});
afterAll(async () => {
  await engine.waitFor(await engine.teardown(session));
});

describe("a launch that goes well", () => {
  it("tells its story in the plain order", async () => {
    expect(await statesOf(clients, launchArn)).toEqual([
      "Admit",
      "JudgeAdmission",
      "HireUndertaker",
      "Provision",
      "JudgeProvision",
      "Guard",
      "JudgePatience",
      "AwaitReady",
      "Announce",
    ]);
  });

  it("answers with all that ssh needs, the machine's own host key included", () => {
    expect(output).toMatchObject({ session, user: "ubuntu", market: "spot", instanceType: "t3.small" });
    expect(output.hostKey).toMatch(/^ssh-ed25519 AAAA/);
  });

  it("makes one machine, tagged with stage, blueprint and session", async () => {
    const machines = await machinesOf(session);
    expect(machines.map(({ InstanceId }) => InstanceId)).toEqual([output.instanceId]);
    const tags = Object.fromEntries(machines[0]?.Tags?.map(({ Key, Value }) => [Key, Value]) ?? []);
    expect(tags).toMatchObject({
      "moonbase:stage": stage,
      "moonbase:blueprint": "admin",
      "moonbase:session": session,
    });
  });

  it("opens port 22 for the one address, in a group of the session's own that the machine wears", async () => {
    const door = await doorOf(session);
    expect(door?.IpPermissions).toMatchObject([
      {
        IpProtocol: "tcp",
        FromPort: 22,
        ToPort: 22,
        IpRanges: [{ CidrIp: "203.0.113.7/32", Description: `moonbase session ${session}` }],
      },
    ]);
    const worn = (await machinesOf(session))[0]?.SecurityGroups?.map(({ GroupName }) => GroupName);
    expect(worn?.toSorted()).toEqual([`${stage}-admin`, `${stage}-session-${output.instanceId}`]);
  });

  it("watches the network of that machine, and takes silence for activity", async () => {
    expect(await idleAlarmOf(session)).toMatchObject({
      MetricName: "NetworkOut",
      Dimensions: [{ Name: "InstanceId", Value: output.instanceId }],
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "notBreaching",
    });
  });

  it("hired an undertaker, who comes ten minutes before the session's time is over to say so", async () => {
    const record = await recordOf(session);
    const expiresAt = String(record?.expiresAt);
    expect(Date.parse(expiresAt) - Date.parse(String(record?.requestedAt))).toBe(60 * 60_000);
    expect(await undertakerOf(session)).toMatchObject({
      ScheduleExpression: "rate(10 minutes)",
      StartDate: new Date(Date.parse(expiresAt) - 10 * 60_000),
    });
  });

  it("keeps neither the token nor anything that opens it in the record or in the output", async () => {
    const { parameters: _, ...visible } = await everythingOf(session);
    expect(JSON.stringify([visible, output])).not.toMatch(/taskToken/i);
  });
});
