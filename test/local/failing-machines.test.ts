import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { create } from "tar";
import { expect, onTestFinished, test } from "vitest";
import { newSession, sharedEngine } from "./engine.ts";
import { otherUserData } from "./other-user-data.ts";

const { clients, stage, folder, launch, waitFor, left } = sharedEngine();

/** What the machine of a session said, and that it is gone. */
async function machineOf(session: string) {
  const command = new DescribeInstancesCommand({
    Filters: [{ Name: "tag:moonbase:session", Values: [session] }],
  });
  const { Reservations } = await clients.ec2.send(command);
  const machines = Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];
  const said = machines.map(({ InstanceId }) =>
    readFileSync(join(folder, "bodies", `${InstanceId}.log`), "utf8"),
  );
  return { count: machines.length, state: machines[0]?.State?.Name, said: said.join("") };
}

/** Launches; the launch has to fail soon, say why, and leave nothing. */
async function failedLaunch(session: string) {
  const { status, error, cause } = await waitFor(await launch(session));
  expect({ status, error }).toEqual({ status: "FAILED", error: "LaunchFailed" });
  expect(await left(session)).toEqual([]);
  const machine = await machineOf(session);
  expect(machine).toMatchObject({ count: 1, state: "terminated" });
  return { cause, ...machine };
}

test("a bundle whose checksum is wrong is not run, and the launch fails", async () => {
  await using _ = await otherUserData(clients, stage, (shipped) =>
    shipped.replace(/MOONBASE_BUNDLE_SHA256=\w+/, `MOONBASE_BUNDLE_SHA256=${"0".repeat(64)}`),
  );
  const { cause, said } = await failedLaunch(newSession("checksum"));
  expect(cause).toContain("shut itself down");
  expect(said).toContain("checksum of the bundle is wrong");
  expect(said).not.toContain('"phase"');
}, 60_000);

test("a bootstrap that dies fails the launch", async () => {
  const bundle = bundleWith("#!/usr/bin/env bash\necho dying >&2\nkill -KILL $$\n");
  await using _ = await otherUserData(clients, stage, async (shipped) => {
    const bucket = /MOONBASE_BUNDLE_BUCKET=(\S+)/.exec(shipped)?.[1];
    await clients.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "dying.tar.gz", Body: bundle.body }));
    return shipped
      .replace(/MOONBASE_BUNDLE_KEY=\S+/, "MOONBASE_BUNDLE_KEY=dying.tar.gz")
      .replace(/MOONBASE_BUNDLE_SHA256=\w+/, `MOONBASE_BUNDLE_SHA256=${bundle.sha256}`);
  });
  const { cause, said } = await failedLaunch(newSession("dying"));
  expect(cause).toContain("shut itself down");
  expect(said).toContain("dying");
}, 60_000);

test("a token that stays invalid fails the launch at the machine's own deadline", async () => {
  const asked = { times: 0 };
  const endpoint = await refuseTokens(asked);
  await using _ = await otherUserData(clients, stage, (shipped) =>
    shipped.replace("\n", `\nexport AWS_ENDPOINT_URL_SFN=${endpoint} MOONBASE_READY_DEADLINE_SECONDS=4\n`),
  );
  const { cause, said } = await failedLaunch(newSession("token"));
  expect(asked.times).toBeGreaterThan(1);
  expect(cause).toContain("shut itself down");
  expect(said).toContain("the answer was refused until the deadline: InvalidToken");
}, 60_000);

/** Stands for Step Functions as a machine sees it, and knows no token. */
async function refuseTokens(asked: { times: number }): Promise<string> {
  const server = createServer((request, response) => {
    asked.times += 1;
    request.resume();
    response
      .writeHead(400, { "content-type": "application/x-amz-json-1.0" })
      .end('{"__type":"InvalidToken"}');
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

function bundleWith(bootstrap: string) {
  const workspace = mkdtempSync(join(tmpdir(), "moonbase-test-"));
  try {
    writeFileSync(join(workspace, "bootstrap"), bootstrap, { mode: 0o755 });
    const file = join(workspace, "bundle.tar.gz");
    create({ sync: true, file, cwd: workspace, gzip: true, portable: true }, ["bootstrap"]);
    const body = readFileSync(file);
    return { body, sha256: createHash("sha256").update(body).digest("hex") };
  } finally {
    rmSync(workspace, { recursive: true });
  }
}
