import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { namesOf } from "../../functions/session/names.ts";
import { clientEnvironment } from "../../local/environment.ts";
import { pythonCommands, toolPath } from "../../local/project.ts";
import { newSession, sharedEngine } from "./engine.ts";

const { clients, endpoints, stage, launch, teardown, waitFor, left } = sharedEngine();
const names = namesOf(stage);

/** What react has logged so far. */
function reactLog(): string {
  const group = `/aws/lambda/${names.lambda("react")}`;
  return execFileSync(join(pythonCommands, "aws"), ["logs", "filter-log-events", "--log-group-name", group], {
    encoding: "utf8",
    env: { PATH: toolPath(), ...clientEnvironment(endpoints) },
  });
}

test("an alarm that goes off reaches react, once", async () => {
  const session = newSession("alarm");
  expect(await waitFor(await launch(session))).toMatchObject({ status: "SUCCEEDED" });
  // The bridge has to have seen the alarm before it can see it change.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const alarm = { AlarmName: names.idleAlarm(session), StateValue: "ALARM" as const, StateReason: "a test" };
  await clients.cloudWatch.send(new SetAlarmStateCommand(alarm));
  await expect.poll(reactLog, { timeout: 10_000, interval: 500 }).toContain("idle alarm");
  expect(await waitFor(await teardown(session))).toMatchObject({ status: "SUCCEEDED" });
});

test("a machine that is terminated from outside takes its session with it", async () => {
  const session = newSession("outside");
  const { status, output } = await waitFor(await launch(session));
  expect(status).toBe("SUCCEEDED");
  const { instanceId } = JSON.parse(output ?? "{}");
  await clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  await expect.poll(() => left(session), { timeout: 20_000, interval: 300 }).toEqual([]);
});
