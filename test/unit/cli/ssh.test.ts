import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { ssh } from "../../../cli/commands/ssh.ts";
import { commandOnSession, me } from "../fixture/command.ts";

const { stepFunctions, shown, context: made } = commandOnSession((value) => value);
const context = (sshAllowedCidr: string | null = null) => {
  const { configFile, ...rest } = made();
  return { ...rest, configFile: { ...configFile, config: { ...configFile.config, sshAllowedCidr } } };
};
const started = () =>
  stepFunctions.commandCalls(StartExecutionCommand).map(({ args }) => JSON.parse(args[0].input.input ?? ""));

const answer = { session: "tea", ssh: "on", sourceCidr: "198.51.100.4/32", port: 22, message: "so it is" };
const answers = () =>
  stepFunctions
    .on(DescribeExecutionCommand)
    .resolves({ status: "SUCCEEDED", output: JSON.stringify(answer) });

it.each([
  ["198.51.100.4", "198.51.100.4/32"],
  ["198.51.100.4/32", "198.51.100.4/32"],
  ["2001:db8::7", "2001:db8::7/128"],
])("on from %s lets %s in, and says who asks", async (from, sourceCidr) => {
  answers();
  expect(await ssh(context(), "tea", "on", { from })).toBe("done");
  const [call] = stepFunctions.commandCalls(StartExecutionCommand);
  expect(call?.args[0].input.stateMachineArn).toBe(
    "arn:aws:states:us-east-1:000000000000:stateMachine:moonbase-ssh",
  );
  expect(started()).toEqual([{ session: "tea", ssh: "on", sourceCidr, requestedBy: me }]);
  expect(shown).toEqual([answer]);
});

it("without from lets the configured address in", async () => {
  answers();
  await ssh(context("192.0.2.1/32"), "tea", "on", {});
  expect(started()).toMatchObject([{ sourceCidr: "192.0.2.1/32" }]);
});

it("off names no address", async () => {
  answers();
  await ssh(context("192.0.2.1/32"), "tea", "off", {});
  expect(started()).toEqual([{ session: "tea", ssh: "off", requestedBy: me }]);
});

it.each(["0.0.0.0/0", "::/0", "203.0.113.0/24", "2001:db8::/64", "0.0.0.0", "home"])(
  "refuses %s with the option, its value and what is allowed, before anything is asked for",
  async (from) => {
    await expect(ssh(context(), "tea", "on", { from })).rejects.toMatchObject({
      message: expect.stringMatching(/^--from: ".*" is not accepted \(allowed: one address/),
      complaint: { ending: "usage" },
    });
    expect(started()).toEqual([]);
  },
);

it("does nothing in a dry run", async () => {
  await ssh(context(), "tea", "on", { from: "198.51.100.4", dryRun: true });
  expect(shown).toMatchObject([{ dryRun: true, workflow: "moonbase-ssh", input: { ssh: "on" } }]);
  expect(started()).toEqual([]);
});

it.each([
  ["Refused", "that was refused", "refused"],
  ["NotTurned", 'ssh to session "tea" may not be on yet', "unexpected"],
])("tells what became of it when the workflow ends in %s", async (error, what, ending) => {
  stepFunctions.on(DescribeExecutionCommand).resolves({ status: "FAILED", error, cause: "in words" });
  await expect(ssh(context(), "tea", "on", { from: "198.51.100.4" })).rejects.toMatchObject({
    message: expect.stringContaining(what),
    complaint: { ending },
  });
});
