import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { clientEnvironment, credentials, region } from "../../local/environment.ts";
import { projectFolder, pythonCommands, systemPath } from "../../local/project.ts";
import { account, region as synthesized } from "../infra/resolve.ts";
import { allows } from "../infra/simulate.ts";
import { type Allows, type Asked, Gate } from "./gate.ts";
import { History } from "./history.ts";
import { remove } from "./home.ts";
import { Restic } from "./restic.ts";
import { RetentionMachine } from "./retention-machine.ts";
import { bucket, S3Server } from "./s3.ts";

const folder = mkdtempSync(join(tmpdir(), "moonbase-retention-"));
let s3: S3Server;
let gate: Gate;
/** Past the gate, as the operator. */
let restic: Restic;
let history: History;
let machine: RetentionMachine;
/** Whoever has the machine's credentials. */
let intruder: S3Client;

/** What the role may do, as it is deployed and as IAM judges. */
const as =
  (role: "devbox" | "retention"): Allows =>
  ({ action, key, prefix }: Asked) =>
    allows(`moonbase-${role}-machine`, {
      action,
      resource: `arn:aws:s3:::moonbase-backup-${account}-${synthesized}${key === "" ? "" : `/${key}`}`,
      ...(prefix !== undefined && { context: { "s3:prefix": prefix } }),
    });

/** Two days, and the six last ones of all. */
const twoDays = "0 2 0 0";

beforeAll(async () => {
  s3 = await S3Server.start(folder);
  // The first judgement synthesizes the policies, which is longer than anybody waits for S3.
  await as("retention")({ action: "s3:GetObject", key: "devbox/config" });
  const opened = await Gate.open(s3.endpoint, as("retention"));
  gate = opened.gate;
  restic = new Restic(folder, s3.endpoint);
  history = new History(restic, folder);
  machine = await RetentionMachine.start(folder, opened.endpoint);
  intruder = new S3Client({ endpoint: opened.endpoint, region, credentials, forcePathStyle: true });
});
afterAll(async () => {
  machine.close();
  gate.close();
  await s3.stop();
  remove(folder);
});

async function keys(prefix = ""): Promise<string[]> {
  const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: `devbox/${prefix}` });
  return ((await s3.client.send(command)).Contents ?? []).flatMap(({ Key }) => Key ?? []);
}

/** For one test. */
function restrictTo(may: Allows): void {
  const before = gate.allows;
  gate.allows = may;
  onTestFinished(() => {
    gate.allows = before;
    gate.refused.length = 0;
  });
}

it("without a repository there is nothing to do, and none is made", async () => {
  expect(await machine.run(twoDays)).toMatchObject({ code: 0, said: "there are no backups yet" });
  expect(await keys()).toEqual([]);
});

describe("with a history", () => {
  let first: string[];
  let second: string[];
  let last: string[];
  let tagged: string[];
  const began = new Date();

  beforeAll(async () => {
    await restic.run("init");
    first = await history.day(3);
    tagged = await history.day(1, "data,config");
    second = await history.day(3);
    last = [...(await history.day(3)), ...(await history.day(3))];
    machine.pin((first[1] ?? "").slice(0, 12));
  });

  it.each([
    ["0 0 0 0", "nothing was removed: the policy keeps nothing"],
    ["", "nothing was removed: no policy says which backups to keep"],
    ["2", "nothing was removed: no policy says which backups to keep"],
    ["-1 0 0 0", "nothing was removed: no policy says which backups to keep"],
  ])("a policy of %j is refused", async (keep, failure) => {
    expect(await machine.run(keep)).toEqual({ code: 1, said: "", failure });
    expect(await restic.snapshots()).toHaveLength(13);
  });

  it("with a pinned snapshot that is not there, nothing is removed", async () => {
    machine.pin("0123456789abcdef");
    onTestFinished(() => machine.pin((first[1] ?? "").slice(0, 12)));
    const failure = "nothing was removed: the pinned snapshot 01234567 is not in the repository";
    expect(await machine.run(twoDays)).toMatchObject({ code: 1, failure });
    expect(await restic.snapshots()).toHaveLength(13);
  });

  it("with the rights of a box, S3 refuses, and that is no success", async () => {
    restrictTo(as("devbox"));
    const { code, failure } = await machine.run(twoDays);
    expect({ code, failure }).toEqual({
      code: 1,
      failure: expect.stringMatching(/^S3 does not let backups be removed: [0-9a-f]{8} is still there$/),
    });
    expect(await restic.snapshots()).toHaveLength(13);
  });

  it("what the policy keeps stays, with what is pinned and tagged; the rest goes, and nothing more is asked of S3", async () => {
    const { code, said } = await machine.run(twoDays);
    expect(said).toMatch(
      /^removed 5 of 13 backups - kept 8 - freed [\d.]+ [KM]iB - read part \d+\/13 of the data and found it good$/,
    );
    expect(code).toBe(0);
    const kept = await restic.snapshots();
    expect(kept.toSorted()).toEqual([first[1], ...tagged, ...last].toSorted());
    for (const id of kept) expect(await history.restored(id)).toEqual(history.taken.get(id));
    expect(await restic.run("check", "--read-data")).toContain("no errors were found");
    expect(gate.refused, "nothing of that is refused").toEqual([]);
    expect(await keys("locks/")).toEqual([]);
    expect(second.filter((id) => kept.includes(id))).toEqual([]);
  });

  it("once more finds nothing to do", async () => {
    const said = expect.stringMatching(/^removed 0 of 8 backups - kept 8 - freed /);
    expect(await machine.run(twoDays)).toMatchObject({ code: 0, said });
  });

  it("with its credentials what opens the repository can be neither deleted nor overwritten, and no version of anything", async () => {
    onTestFinished(() => void gate.refused.splice(0));
    const refused = { name: "AccessDenied" };
    for (const Key of [...(await keys("keys/")), "devbox/config"]) {
      await expect(intruder.send(new DeleteObjectCommand({ Bucket: bucket, Key }))).rejects.toMatchObject(
        refused,
      );
      const put = new PutObjectCommand({ Bucket: bucket, Key, Body: "garbage" });
      await expect(intruder.send(put)).rejects.toMatchObject(refused);
    }
    const { Versions = [] } = await s3.client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions.length).toBeGreaterThan(20);
    for (const { Key, VersionId } of Versions) {
      const forGood = new DeleteObjectCommand({ Bucket: bucket, Key, VersionId });
      await expect(intruder.send(forGood)).rejects.toMatchObject(refused);
    }
    expect(await restic.run("cat", "config")).toContain("chunker_polynomial");
  });

  it("everything that it removed is brought back by the operator, and restores whole", async () => {
    const runbook = readFileSync(join(projectFolder, "docs/runbooks/retention.md"), "utf8");
    const [, block = ""] = /## Undo it[\s\S]*?```sh\n([\s\S]*?)restic check\n```/.exec(runbook) ?? [];
    const script = block
      .replace("moonbase-backup-000000000000-us-east-1", bucket)
      .replace(/since=\S+/, `since=${began.toISOString().slice(0, 19)}`);
    expect(script).not.toBe(block);
    const endpoints = { serverless: s3.endpoint, machines: s3.endpoint };
    const env = { ...clientEnvironment(endpoints), PATH: `${pythonCommands}:${systemPath()}` };
    await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(await restic.snapshots()).toHaveLength(13);
    for (const id of [...first, ...second]) expect(await history.restored(id)).toEqual(history.taken.get(id));
    expect(await restic.run("check", "--read-data")).toContain("no errors were found");
  });

  it("where data may not be deleted, it does not call that a success", async () => {
    const may = as("retention");
    restrictTo(async (asked) =>
      asked.action === "s3:DeleteObject" && asked.key.startsWith("devbox/data/") ? false : may(asked),
    );
    expect(await machine.run(twoDays)).toMatchObject({
      code: 1,
      failure: "S3 does not let data be removed: what only removed backups needed is still there",
    });
  });

  it("a box that backs up meanwhile waits shortly and says why it did not; afterwards it does", async () => {
    const [mayTidy, mayBackUp] = [as("retention"), as("devbox")];
    restrictTo(async (asked) => (await mayTidy(asked)) || mayBackUp(asked));
    await history.day(2);
    const run = machine.begin(twoDays);
    const stopped = gate.atChange({ change: 3, fraction: 0.9, goesOn: true }, () => run.signal("SIGSTOP"));
    expect(await Promise.race([stopped, run.ended()])).toMatch(/^devbox\//);
    const backup = `restic_do "not backed up" "$(restic_scratch)/said" backup --tag data --host devbox ${folder}/home`;
    expect(await machine.box(backup)).toMatchObject({
      code: 1,
      failure:
        "not backed up: the repository is being tidied up by somebody who must be alone with it, as retention must: it is free again in some minutes",
    });
    run.signal("SIGCONT");
    expect(await run.ended()).toMatchObject({ code: 0 });
    expect(await machine.box(backup)).toMatchObject({ code: 0 });
  });

  it("told to end, it takes its lock away", async () => {
    await history.day(2);
    const run = machine.begin(twoDays);
    const told = gate.atChange({ change: 4, fraction: 0.1 }, () => run.signal("SIGTERM"));
    expect(await Promise.race([told, run.ended()])).toMatch(/^devbox\//);
    expect((await run.ended()).code).not.toBe(0);
    // restic outlives the script that was told to end by what it takes to take its lock away.
    await vi.waitFor(async () => expect(await keys("locks/")).toEqual([]), 20_000);
  });

  it("a snapshot of a time to come would push good ones out: nothing is removed", async () => {
    const tomorrow = new Date(Date.now() + 24 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
    const forged = await restic.backupAt(join(folder, "home"), tomorrow);
    const before = await restic.snapshots();
    const { code, failure } = await machine.run(twoDays);
    expect({ code, failure }).toEqual({
      code: 1,
      failure: expect.stringContaining(
        `nothing was removed: snapshot ${forged.slice(0, 8)} is of a time to come`,
      ),
    });
    expect(await restic.snapshots()).toEqual(before);
    await restic.run("forget", forged);
  });

  it("what is damaged is not cleaned up", async () => {
    await history.day(6);
    const [Key = ""] = await keys("data/");
    const good = await s3.client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const Body = (await good.Body?.transformToByteArray()) ?? "";
    await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "garbage" }));
    const before = await restic.snapshots();
    const { code, failure } = await machine.run(twoDays);
    expect({ code, failure }).toEqual({
      code: 1,
      failure: expect.stringMatching(/^nothing was removed: the repository is damaged: pack [0-9a-f]+/),
    });
    expect(await restic.snapshots()).toEqual(before);
    await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    expect(await machine.run(twoDays)).toMatchObject({ code: 0 });
  });
});
