import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  ModifyInstanceAttributeCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { SessionRecord } from "../../../functions/session/record.ts";
import { turnDoor } from "../../../functions/ssh/turn-door.ts";
import { machine, now, session, settings } from "../fixture/session.ts";

const ec2 = mockClient(EC2Client);
const table = mockClient(DynamoDBDocumentClient);
const sns = mockClient(SNSClient);
const { sourceCidr: _, ...closed } = session({ blueprint: "devbox", status: "ready", machine });
const run = (input: object, execution = "mine") =>
  turnDoor({ step: "turn-door", execution, input: { session: "tea", ...input } });
const on = { ssh: "on", sourceCidr: "198.51.100.4/32" };
const conditionFailed = new ConditionalCheckFailedException({ message: "", $metadata: {} });

/** A table of one record that takes each change, as the real one does. */
let record: SessionRecord;
function tableHolds(first: SessionRecord) {
  record = first;
  table.on(GetCommand).callsFake(() => ({ Item: record }));
  table.on(UpdateCommand).callsFake(({ ExpressionAttributeValues: values }) => {
    const doorChanges = values[":set_doorChanges"];
    if (doorChanges !== undefined) record = { ...record, doorChanges };
    return {};
  });
}
const rules = (...cidrs: string[]) => ({
  SecurityGroups: [
    {
      ...{ GroupId: "sg-own", VpcId: "vpc-1" },
      IpPermissions: [
        {
          IpProtocol: "tcp",
          FromPort: 22,
          ToPort: 22,
          IpRanges: cidrs.map((CidrIp) => ({ CidrIp, Description: "x" })),
        },
      ],
    },
  ],
});
const opened = () =>
  ec2.commandCalls(AuthorizeSecurityGroupIngressCommand).map(({ args }) => args[0].input.IpPermissions?.[0]);
const shut = () => ec2.commandCalls(RevokeSecurityGroupIngressCommand).map(({ args }) => args[0].input);
const told = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);

beforeEach(() => {
  vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
  vi.useFakeTimers({ now });
  for (const client of [ec2, table, sns]) client.reset();
  tableHolds(closed);
  sns.on(PublishCommand).resolves({});
  ec2.on(DescribeInstancesCommand).resolves({
    Reservations: [{ Instances: [{ InstanceId: machine.instanceId, State: { Name: "running" } }] }],
  });
  ec2.on(DescribeSecurityGroupsCommand).resolves(rules());
  ec2.on(CreateSecurityGroupCommand).resolves({ GroupId: "sg-own" });
});

describe("turned on", () => {
  it("opens port 22 for the one address, in a group of the session's own that the machine wears", async () => {
    expect(await run(on)).toEqual({
      ...{ outcome: "turned", session: "tea", ssh: "on", sourceCidr: "198.51.100.4/32", port: 22 },
      message: 'session "tea" lets 198.51.100.4/32 in on port 22',
    });
    expect(opened()).toEqual([
      expect.objectContaining({
        ...{ IpProtocol: "tcp", FromPort: 22, ToPort: 22 },
        IpRanges: [{ CidrIp: "198.51.100.4/32", Description: "moonbase session tea" }],
      }),
    ]);
    expect(ec2.commandCalls(ModifyInstanceAttributeCommand)[0]?.args[0].input.Groups).toContain("sg-own");
    expect(shut()).toEqual([]);
  });

  it("shuts the address out that was let in before, after it has let the new one in", async () => {
    tableHolds(session({ status: "ready", machine }));
    ec2.on(DescribeSecurityGroupsCommand).resolves(rules("203.0.113.7/32", "198.51.100.4/32"));
    await run(on);
    expect(shut()).toEqual([
      {
        GroupId: "sg-own",
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "203.0.113.7/32" }] },
        ],
      },
    ]);
    const order = ec2.calls().map(({ args }) => args[0].constructor.name);
    expect(order.indexOf("AuthorizeSecurityGroupIngressCommand")).toBeLessThan(
      order.indexOf("RevokeSecurityGroupIngressCommand"),
    );
  });

  it("takes an IPv6 address for what it is", async () => {
    await run({ ...on, sourceCidr: "2001:DB8::7/128" });
    expect(opened()[0]).toMatchObject({ Ipv6Ranges: [{ CidrIpv6: "2001:db8::7/128" }] });
    expect(opened()[0]).not.toHaveProperty("IpRanges");
  });

  it("tells the operator who wanted it", async () => {
    await run({ ...on, requestedBy: "me" });
    expect(told()).toEqual([
      expect.objectContaining({
        Subject: "Moonbase session tea: ssh is on for 198.51.100.4/32",
        Message: expect.stringContaining("Asked for by: me."),
      }),
    ]);
  });

  it("twice is once: the rule is made sure of, and nobody is told again", async () => {
    await run(on);
    expect(await run(on, "another")).toMatchObject({ outcome: "turned", ssh: "on" });
    expect(record.doorChanges).toHaveLength(1);
    expect(opened()).toHaveLength(2);
    expect(told()).toHaveLength(1);
  });

  it("is written only onto the changes that were seen", async () => {
    await run(on);
    await run({ ...on, sourceCidr: "192.0.2.9/32" }, "another");
    const conditions = table
      .commandCalls(UpdateCommand)
      .map(({ args }) => args[0].input)
      .filter(({ ExpressionAttributeValues: values }) => values?.[":set_doorChanges"] !== undefined);
    expect(conditions[0]?.ConditionExpression).toMatch(/attribute_not_exists\(doorChanges\)/);
    expect(conditions[1]?.ConditionExpression).toMatch(/size\(doorChanges\) = :before/);
    expect(conditions[1]?.ExpressionAttributeValues).toMatchObject({ ":before": 1 });
  });

  it("run again after it broke off, makes the rule that it has written down", async () => {
    ec2.on(AuthorizeSecurityGroupIngressCommand).rejectsOnce(new Error("RequestLimitExceeded")).resolves({});
    await expect(run(on)).rejects.toThrow("RequestLimitExceeded");
    expect(await run(on)).toMatchObject({ outcome: "turned", ssh: "on" });
    expect(record.doorChanges).toHaveLength(1);
  });
});

describe("turned off", () => {
  beforeEach(() => {
    tableHolds(session({ status: "ready", machine }));
    ec2.on(DescribeSecurityGroupsCommand).resolves(rules("203.0.113.7/32"));
  });

  it("takes the rule away and leaves the group where it is", async () => {
    expect(await run({ ssh: "off" })).toMatchObject({ outcome: "turned", ssh: "off", sourceCidr: null });
    expect(shut()).toHaveLength(1);
    expect(opened()).toEqual([]);
    expect(ec2.commandCalls(ModifyInstanceAttributeCommand)).toEqual([]);
    expect(record.doorChanges).toEqual([{ at: now.toISOString(), sourceCidr: null, execution: "mine" }]);
  });

  it("takes a rule that is gone already for taken away", async () => {
    const gone = Object.assign(new Error(), { name: "InvalidPermission.NotFound" });
    ec2.on(RevokeSecurityGroupIngressCommand).rejects(gone);
    expect(await run({ ssh: "off" })).toMatchObject({ outcome: "turned" });
  });

  it("of two who change it at once, the later one's word holds", async () => {
    const later = { at: now.toISOString(), sourceCidr: "192.0.2.9/32", execution: "theirs" };
    ec2.on(RevokeSecurityGroupIngressCommand).callsFakeOnce(() => {
      record = { ...record, doorChanges: [...(record.doorChanges ?? []), later] };
      return {};
    });
    expect(await run({ ssh: "off" })).toMatchObject({ ssh: "on", sourceCidr: "192.0.2.9/32" });
    expect(opened()).toHaveLength(1);
  });
});

it.each([
  [
    "the whole internet",
    { ssh: "on", sourceCidr: "0.0.0.0/0" },
    /^sourceCidr: "0\.0\.0\.0\/0" is not accepted \(allowed: one address/,
  ],
  ["the whole of IPv6", { ssh: "on", sourceCidr: "::/0" }, /^sourceCidr: "::\/0" is not accepted/],
  ["a network", { ssh: "on", sourceCidr: "203.0.113.0/31" }, /^sourceCidr/],
  ["a word that is neither", { ssh: "open" }, /^ssh: "open" is not accepted \(allowed: on, off\)/],
  [
    "an address to turn off for",
    { ssh: "off", sourceCidr: "203.0.113.7/32" },
    /^sourceCidr: .*only with "ssh": "on"/,
  ],
  ["on since a time", { ...on, onSince: now.toISOString() }, /^onSince: .*only with "ssh": "off"/],
  ["a field that there is not", { ...on, port: 22 }, /^port: 22 .*allowed: an object with session/],
])("refuses %s, and calls nothing", async (_, input, message) => {
  expect(await run(input)).toMatchObject({ outcome: "refused", message: expect.stringMatching(message) });
  expect([...ec2.calls(), ...table.calls()]).toEqual([]);
});

it("waits for nobody who changes the session, and says so when it never stands still", async () => {
  table.on(UpdateCommand).rejects(conditionFailed);
  await expect(run(on)).rejects.toThrow(/changed at every look/);
  expect(opened()).toEqual([]);
});

it("says in the record that a step is at work, for a teardown to wait for, and that it is over", async () => {
  await run(on);
  const busy = table
    .commandCalls(UpdateCommand)
    .map(({ args }) => args[0].input.ExpressionAttributeValues?.[":set_busyUntil"]);
  expect(busy).toEqual(["2026-11-20T12:00:55.000Z", "1970-01-01T00:00:00.000Z"]);
});
