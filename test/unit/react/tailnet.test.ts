import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { decideOnTailnet } from "../../../functions/react/decisions/tailnet.ts";
import type { SeenMachine } from "../../../functions/react/facts.ts";
import { handler } from "../../../functions/react/handler.ts";
import { judgeTurn } from "../../../functions/ssh/judge.ts";
import { sshInput } from "../../../workflows/ssh.contract.ts";
import {
  claimedBy,
  machine,
  minutesAfter,
  now,
  seenMachine,
  session,
  settings,
  teardownArn,
} from "../fixture/session.ts";

const at = (minutes: number) => minutesAfter(minutes).toISOString();
const open = session({ blueprint: "devbox", status: "ready", machine });
const up: SeenMachine = { ...seenMachine, tailscale: `up ${at(3)}` };
const decide = (record: typeof open | undefined, seen = up) =>
  decideOnTailnet(record, seen, settings.sshWorkflowArn, minutesAfter(5));

describe("a machine that is on its tailnet", () => {
  it("has ssh turned off, by a workflow that undoes nothing newer", () => {
    const decision = decide(open);
    expect(decision).toMatchObject({
      action: "start-workflow",
      workflowArn: settings.sshWorkflowArn,
      name: "tea-off-2026-11-20T12-05",
      reason: `the machine is on its tailnet since ${at(3)}`,
    });
    const input = sshInput.parse(JSON.parse(decision.action === "start-workflow" ? decision.input : ""));
    expect(input).toEqual({
      ...{ session: "tea", ssh: "off", onSince: open.requestedAt },
      requestedBy: "Moonbase, because Tailscale is up",
    });
    const facts = { input, isGone: false, configuredCidr: null, execution: "x" };
    expect(judgeTurn({ ...facts, record: open }, now)).toMatchObject({ change: { sourceCidr: null } });
  });

  it("keeps what was turned on when it was on its tailnet already: somebody cannot come in that way", () => {
    const turnedOn = (minutes: number) => ({
      ...open,
      doorChanges: [{ at: at(minutes), sourceCidr: "198.51.100.4/32", execution: "x" }],
    });
    expect(decide(turnedOn(4))).toMatchObject({ action: "nothing" });
    expect(decide(turnedOn(2))).toMatchObject({ action: "start-workflow" });
  });

  const elsewhere = { ...open, machine: { ...machine, instanceId: "i-other" } };
  const { machine: _none, ...machineless } = open;
  const off = { ...open, doorChanges: [{ at: at(1), sourceCidr: null, execution: "x" }] };
  const onSince = (minutes: number) => ({
    ...open,
    doorChanges: [{ at: at(minutes), sourceCidr: "198.51.100.4/32", execution: "x" }],
  });

  it.each([
    ["whose session is not known", undefined, up, "the machine belongs to no session"],
    ["of another machine's session", elsewhere, up, "the session lives on another machine"],
    ["of a session that has none", machineless, up, "the session lives on another machine"],
    ["that nobody can reach anyway", off, up, "no port is open"],
    [
      "that is opened at the same moment",
      onSince(3),
      up,
      `ssh was turned on at ${at(3)}, when the machine was on its tailnet already`,
    ],
    [
      "that is being ended",
      { ...open, claim: claimedBy(teardownArn(1)) },
      up,
      "a teardown is at work, which takes the port along",
    ],
    ["that is not ready", { ...open, status: "launching" as const }, up, "the session is launching"],
    ["that is going", open, { ...up, going: true, state: "shutting-down" }, "the machine is shutting-down"],
    [
      "that is not there any more",
      open,
      { ...up, tailscale: `down ${at(3)}` },
      `the machine's tag says of Tailscale: down ${at(3)}`,
    ],
    [
      "that has said nothing",
      open,
      { ...up, tailscale: undefined },
      "the machine's tag says of Tailscale: nothing",
    ],
  ])("%s is left alone, and it is said why", (_, record, seen, reason) => {
    expect(decide(record, seen)).toEqual({ action: "nothing", reason });
  });
});

describe("told so by the machine", () => {
  const ec2 = mockClient(EC2Client);
  const sfn = mockClient(SFNClient);
  const table = mockClient(DynamoDBDocumentClient);
  const event = {
    source: "moonbase.machine",
    "detail-type": "machine is on its tailnet",
    detail: { "instance-id": machine.instanceId, session: "forged" },
  };

  beforeEach(() => {
    vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
    vi.useFakeTimers({ now: minutesAfter(5) });
    for (const client of [ec2, sfn, table]) client.reset();
    sfn.on(StartExecutionCommand).resolves({});
    table.on(GetCommand).resolves({ Item: open });
  });
  const bears = (tailscale: string) =>
    ec2.on(DescribeInstancesCommand).resolves({
      Reservations: [
        {
          Instances: [
            {
              InstanceId: machine.instanceId,
              Tags: [
                { Key: "moonbase:session", Value: "tea" },
                { Key: "moonbase:tailscale", Value: tailscale },
              ],
            },
          ],
        },
      ],
    });

  it("react looks at the tag, and believes that alone", async () => {
    bears(`up ${at(3)}`);
    await handler(event);
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input.input).toContain('"session":"tea"');
    sfn.resetHistory();
    bears(`down ${at(4)}`);
    await handler(event);
    expect(sfn.commandCalls(StartExecutionCommand)).toEqual([]);
  });
});
