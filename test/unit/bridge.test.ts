import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { mockClient } from "aws-sdk-client-mock";
import { expect, onTestFinished, test, vi } from "vitest";
import { Bridge } from "../../local/bridge.ts";
import { clientsOf } from "../../local/clients.ts";
import { listenOnLoopback } from "../../local/loopback.ts";
import { noticesOf } from "../../local/metadata/notices.ts";

const instanceId = "i-0123456789abcdef0";

/** A bridge whose engine has this rule, which it says matches everything; `put` is what its function has been invoked with. */
async function bridgeToEverything(EventPattern = "{}") {
  const folder = mkdtempSync(join(tmpdir(), "moonbase-bridge-"));
  const put: unknown[] = [];
  const server = createServer(async (request, response) => {
    put.push(JSON.parse(await text(request)));
    response.writeHead(202).end();
  });
  const endpoint = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  const events = mockClient(EventBridgeClient);
  events.on(ListRulesCommand).resolves({ Rules: [{ Name: "all", EventPattern, State: "ENABLED" }] });
  events.on(TestEventPatternCommand).resolves({ Result: true });
  events.on(ListTargetsByRuleCommand).resolves({ Targets: [{ Id: "1", Arn: "arn:aws:lambda:react" }] });
  const ec2 = mockClient(EC2Client);
  const instance = { InstanceId: instanceId, Placement: { AvailabilityZone: "us-east-1b" } };
  ec2.on(DescribeInstancesCommand).resolves({ Reservations: [{ Instances: [instance] }] });
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-20T12:00:00.400Z") });
  onTestFinished(() => {
    vi.useRealTimers();
    events.restore();
    ec2.restore();
    server.close();
    rmSync(folder, { recursive: true });
  });
  const endpoints = { serverless: endpoint, machines: endpoint };
  return { bridge: new Bridge(clientsOf(endpoints), endpoints, folder), put, folder };
}

test("spot's interruption is in the metadata and is AWS's event, whose resource is no ordinary ARN", async () => {
  const { bridge, put, folder } = await bridgeToEverything();
  await bridge.spotInterruption(instanceId);
  expect(noticesOf(folder, instanceId)).toEqual({
    interruption: { action: "terminate", time: "2026-11-20T12:02:01Z" },
  });
  expect(put).toEqual([
    {
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "EC2 Spot Instance Interruption Warning",
      source: "aws.ec2",
      account: "000000000000",
      time: "2026-11-20T12:00:01Z",
      region: "us-east-1",
      resources: [`arn:aws:ec2:us-east-1b:instance/${instanceId}`],
      detail: { "instance-id": instanceId, "instance-action": "terminate" },
    },
  ]);
});

test("a rebalance recommendation leaves the interruption in the metadata", async () => {
  const { bridge, put, folder } = await bridgeToEverything();
  await bridge.spotInterruption(instanceId);
  await bridge.rebalance(instanceId);
  expect(noticesOf(folder, instanceId)).toEqual({
    interruption: { action: "terminate", time: "2026-11-20T12:02:01Z" },
    rebalance: { noticeTime: "2026-11-20T12:00:01Z" },
  });
  expect(put[1]).toMatchObject({
    "detail-type": "EC2 Instance Rebalance Recommendation",
    resources: [`arn:aws:ec2:us-east-1:000000000000:instance/${instanceId}`],
    detail: { "instance-id": instanceId },
  });
});

test.each([
  ['{"source":["aws.ec2"],"detail-type":["EC2 Instance Rebalance Recommendation"]}', 1],
  ['{"source":["aws.s3","aws.ec2"]}', 1],
  ['{"source":[{"prefix":"aws."}],"detail-type":[{"exists":true}]}', 1],
  ['{"source":["aws.cloudwatch"]}', 0],
  ['{"source":["aws.ec2"],"detail-type":["EC2 Spot Instance Interruption Warning"]}', 0],
  ['{"detail-type":["EC2 Spot Instance Interruption Warning"]}', 0],
])("a rule %s is asked about a rebalance only when it may match it", async (pattern, times) => {
  const { bridge, put } = await bridgeToEverything(pattern);
  await bridge.rebalance(instanceId);
  expect(put).toHaveLength(times);
});
