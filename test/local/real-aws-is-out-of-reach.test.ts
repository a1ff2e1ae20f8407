import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, inject, test } from "vitest";
import { clientSettings } from "../../local/clients.ts";
import { assertLoopback, clientEnvironment, sealedEnvironment } from "../../local/environment.ts";
import { nodeCommands, projectFolder, pythonCommands, toolPath } from "../../local/project.ts";

const { endpoints } = inject("engine");

/** What an operator's shell may hold: real-looking credentials, and no endpoint. */
const operator = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** An operator's home with the same credentials in the usual file. */
const home = mkdtempSync(join(tmpdir(), "moonbase-home-"));
mkdirSync(join(home, ".aws"));
writeFileSync(
  join(home, ".aws", "credentials"),
  `[default]\naws_access_key_id = ${operator.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${operator.AWS_SECRET_ACCESS_KEY}\n`,
);
afterAll(() => rmSync(home, { recursive: true }));

async function run(file: string, parameters: string[], environment: Record<string, string>) {
  const child = spawn(file, parameters, {
    cwd: projectFolder,
    // One attempt: the CLI would knock at the dead proxy for ten seconds.
    env: { PATH: toolPath(), HOME: home, AWS_MAX_ATTEMPTS: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, said: out + err };
}

const node = (script: string, environment: Record<string, string>) =>
  run(`${nodeCommands}/node`, ["--input-type=module", "--eval", script], environment);
const aws = (parameters: string, environment: Record<string, string>) =>
  run(`${pythonCommands}/aws`, [...parameters.split(" "), "--cli-connect-timeout", "2"], environment);

describe("assertLoopback", () => {
  test.each(["http://127.0.0.1:4566", "http://localhost:1", "http://[::1]:80/x"])("takes %s", (address) => {
    expect(() => assertLoopback(address)).not.toThrow();
  });

  test.each([
    "https://ec2.us-east-1.amazonaws.com",
    "http://169.254.169.254",
    "http://127.0.0.1.example.com",
    "http://127.0.0.1@example.com",
    "http://user:word@127.0.0.1",
    "https://127.0.0.1:4566",
    "http://0.0.0.0:4566",
    "file:///etc/passwd",
    "127.0.0.1:4566",
    "",
  ])("refuses %j", (address) => {
    expect(() => assertLoopback(address)).toThrow();
    expect(() => clientSettings(address)).toThrow();
  });
});

const asksWhoItIs = `
import { SSMClient, GetParameterCommand } from "@aws-sdk/client-ssm";
import { SFNClient, ListStateMachinesCommand } from "@aws-sdk/client-sfn";
for (const [client, command] of [
  [new SSMClient({ maxAttempts: 1 }), new GetParameterCommand({ Name: "x" })],
  [new SFNClient({ maxAttempts: 1 }), new ListStateMachinesCommand({})],
]) {
  client.middlewareStack.add((next) => (call) => {
    console.log("goes to", call.request.hostname + ":" + call.request.port);
    return next(call);
  }, { step: "finalizeRequest", priority: "low" });
  await client.send(command).catch((error) => console.log("error", error.name));
}`;

describe("a default SDK client", () => {
  test("in a sealed process finds no credentials and sends nothing", async () => {
    const { out } = await node(asksWhoItIs, sealedEnvironment());
    expect(out).toBe("error CredentialsProviderError\nerror CredentialsProviderError\n");
  });

  test("in the tests' own process cannot leave this machine", async () => {
    const { ListStateMachinesCommand, SFNClient } = await import("@aws-sdk/client-sfn");
    const client = new SFNClient({ maxAttempts: 1 });
    await expect(client.send(new ListStateMachinesCommand({}))).rejects.toThrow(
      /ECONNREFUSED.*127\.0\.0\.1|127\.0\.0\.1.*ECONNREFUSED/,
    );
  });

  test("with the engine's environment goes to the engine, whatever the operator's shell held", async () => {
    const { out } = await node(asksWhoItIs, {
      ...operator,
      ...clientEnvironment(endpoints),
      AWS_PROFILE: "",
    });
    const port = (url: string) => new URL(url).port;
    expect(out).toContain(`goes to 127.0.0.1:${port(endpoints.machines)}\nerror ParameterNotFound`);
    expect(out).toContain(`goes to 127.0.0.1:${port(endpoints.serverless)}\n`);
    expect(out).not.toContain("amazonaws");
  });
});

describe("the AWS CLI", () => {
  test.each([
    ["stepfunctions list-state-machines", "stateMachines"],
    ["ec2 describe-vpcs", "Vpcs"],
    ["ssm describe-parameters", "Parameters"],
  ])("%s asks the engine", async (command, answer) => {
    const { out } = await aws(command, clientEnvironment(endpoints));
    expect(out).toContain(answer);
  });

  test("sqs, which reads no endpoint from the environment, ends at the dead proxy unless it is told one", async () => {
    const { out, said } = await aws("sqs list-queues", clientEnvironment(endpoints));
    expect(out).toBe("");
    expect(said).toMatch(/proxy/i);
    const told = await aws(
      `sqs list-queues --endpoint-url ${endpoints.serverless}`,
      clientEnvironment(endpoints),
    );
    expect(told.out).toContain("QueueUrls");
  });

  test.each(["sqs list-queues", "sts get-caller-identity", "ec2 describe-vpcs"])(
    "%s without an endpoint ends at the dead proxy, even with credentials",
    async (command) => {
      const { out, said } = await aws(command, { ...sealedEnvironment(), ...operator });
      expect(out).toBe("");
      expect(said).toMatch(/proxy/i);
    },
  );

  test("finds the operator's credentials where nothing is sealed", async () => {
    const { out } = await aws("configure list", {});
    expect(out).toContain("shared-credentials-file");
  });

  test("finds no credentials in a sealed environment", async () => {
    const { said } = await aws("sts get-caller-identity", sealedEnvironment());
    expect(said).toMatch(/Unable to locate credentials/);
  });
});
