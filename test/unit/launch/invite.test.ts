import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { SendTaskFailureCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  process.env.MOONBASE_STAND_INS = "yes";
});

import { invite } from "../../../functions/launch/invite.ts";
import { machine, now, publicKey, session, settings } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const sfn = mockClient(SFNClient);
const ssm = mockClient(SSMClient);
const table = mockClient(DynamoDBDocumentClient);
const run = () => invite({ step: "invite", session: "tea", token: "the-token" });
const notes = () => ssm.commandCalls(PutParameterCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  for (const client of [ec2, sfn, ssm, table]) client.reset();
  table.on(GetCommand).resolves({ Item: session({ machine }) });
  table.on(UpdateCommand).resolves({});
  ssm.on(PutParameterCommand).resolves({});
  ec2
    .on(DescribeInstancesCommand)
    .resolves({ Reservations: [{ Instances: [{ State: { Name: "running" } }] }] });
});

describe("invitation", () => {
  it("is a SecureString that bears the ARN of the only machine that may read it", async () => {
    await run();
    expect(notes()[0]).toMatchObject({
      Name: `/moonbase/machines/${machine.instanceId}`,
      Type: "SecureString",
      Tags: expect.arrayContaining([
        {
          Key: "moonbase:machine",
          Value: `arn:aws:ec2:us-east-1:000000000000:instance/${machine.instanceId}`,
        },
      ]),
    });
  });

  it("is under AWS's key, or under the operator's own", async () => {
    await run();
    expect(notes()[0]).not.toHaveProperty("KeyId");
    vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify({ ...settings, ownKey: true }));
    vi.resetModules();
    const fresh = await import("../../../functions/launch/invite.ts");
    await fresh.invite({ step: "invite", session: "tea", token: "the-token" });
    expect(notes()[1]).toMatchObject({ Type: "SecureString", KeyId: "alias/moonbase-key" });
  });

  it("tells the machine who it is, whom to let in, how to answer and when to give up at the latest", async () => {
    await run();
    expect(JSON.parse(notes()[0]?.Value ?? "")).toEqual({
      session: "tea",
      blueprint: "admin",
      taskToken: "the-token",
      user: "ubuntu",
      publicKey,
      toolkit: ["tmux", "kubectl", "podman", "aws-cli"],
      restore: "none",
      keep: null,
      readySeconds: 170,
      hardCapAt: "2026-11-21T00:15:00.000Z",
    });
  });

  it.each([
    [undefined, "pinned"],
    ["latest", "latest"],
    ["none", "none"],
  ])(
    "tells a devbox whose launch said %s to begin with %s, and gives it half an hour",
    async (asked, told) => {
      const record = session({
        machine,
        blueprint: "devbox",
        ...(asked !== undefined && { restore: asked }),
      });
      table.on(GetCommand).resolves({ Item: record });
      await run();
      expect(JSON.parse(notes()[0]?.Value ?? "")).toMatchObject({
        ...{ blueprint: "devbox", user: "debian", restore: told, readySeconds: 1790 },
      });
    },
  );

  it("tells a machine of retention which backups stay, and no other", async () => {
    const Item = session({ machine, blueprint: "retention" });
    table.on(GetCommand).resolves({ Item });
    await run();
    expect(JSON.parse(notes()[0]?.Value ?? "")).toMatchObject({
      ...{ blueprint: "retention", user: "admin", restore: "none", publicKey },
      keep: { keepHourly: 24, keepDaily: 14, keepWeekly: 8, keepMonthly: 12 },
    });
  });

  it("gives a machine that saves the time to be kept", async () => {
    table.on(GetCommand).resolves({ Item: session({ machine, blueprint: "stand-in" }) });
    await run();
    expect(JSON.parse(notes()[0]?.Value ?? "")).toMatchObject({
      hardCapAt: "2026-11-21T16:00:00.000Z",
    });
  });

  it("is written anew with a new token: SSM takes tags only the first time", async () => {
    const exists = Object.assign(new Error(), { name: "ParameterAlreadyExists" });
    ssm.on(PutParameterCommand).rejectsOnce(exists).resolves({});
    await run();
    expect(notes()[1]).toMatchObject({ Overwrite: true });
    expect(notes()[1]?.Tags).toBeUndefined();
  });

  it("to a machine that has died fails the launch at once", async () => {
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [{ Instances: [{ State: { Name: "shutting-down" } }] }],
    });
    await run();
    expect(sfn.commandCalls(SendTaskFailureCommand)[0]?.args[0].input).toMatchObject({
      taskToken: "the-token",
      error: "MachineFailed",
    });
  });

  it("that cannot be written fails the task through the token too, for an engine that listens to nothing else", async () => {
    ssm.on(PutParameterCommand).rejects(Object.assign(new Error("secret details"), { name: "AccessDenied" }));
    await expect(run()).rejects.toThrow();
    expect(sfn.commandCalls(SendTaskFailureCommand)[0]?.args[0].input).toEqual({
      taskToken: "the-token",
      error: "InvitationFailed",
      cause: "AccessDenied",
    });
  });
});
