import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { credentials, region } from "../../local/environment.ts";
import { account, region as synthesized } from "../infra/resolve.ts";
import { allows } from "../infra/simulate.ts";
import { type Asked, Gate } from "./gate.ts";
import { contentsOf, makeHome, remove } from "./home.ts";
import { Restic } from "./restic.ts";
import { bucket, S3Server } from "./s3.ts";

const folder = mkdtempSync(join(tmpdir(), "moonbase-append-only-"));
const home = join(folder, "home");
let s3: S3Server;
let gate: Gate;
/** Whoever has a box's credentials, with restic and with plain calls. */
let restic: Restic;
let box: S3Client;

/** What the role of a devbox may do, as it is deployed and as IAM judges. */
const boxMay = ({ action, key, prefix }: Asked) =>
  allows("moonbase-devbox-machine", {
    action,
    resource: `arn:aws:s3:::moonbase-backup-${account}-${synthesized}${key === "" ? "" : `/${key}`}`,
    ...(prefix !== undefined && { context: { "s3:prefix": prefix } }),
  });

beforeAll(async () => {
  s3 = await S3Server.start(folder);
  const opened = await Gate.open(s3.endpoint, boxMay);
  gate = opened.gate;
  restic = new Restic(folder, opened.endpoint);
  box = new S3Client({ endpoint: opened.endpoint, region, credentials, forcePathStyle: true });
  await restic.run("init");
  makeHome(home, 12);
});
afterAll(async () => {
  gate.close();
  await s3.stop();
  remove(folder);
});

async function keysIn(prefix: string): Promise<string[]> {
  const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: `devbox/${prefix}` });
  const { Contents = [] } = await s3.client.send(command);
  return Contents.flatMap(({ Key }) => Key ?? []);
}

async function versionsOf(key: string) {
  const { Versions = [] } = await s3.client.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }),
  );
  return Versions;
}

async function restored(): Promise<string[]> {
  const target = join(folder, "restored");
  await restic.run("restore", "latest", "--target", target, "--verify", "--no-cache");
  const contents = contentsOf(target);
  remove(target);
  return contents;
}

describe("with a box's credentials", () => {
  it("a home is backed up and restored, and locks come and go", async () => {
    expect(await restic.backup(home).ended()).toBe(0);
    expect(await restic.backup(home).ended()).toBe(0);
    expect(await restic.run("check")).toContain("no errors were found");
    expect(await restored()).toEqual(contentsOf(home));
    expect(await keysIn("locks/"), "locks are gone").toEqual([]);
    expect(gate.refused, "nothing of that is refused").toEqual([]);
  });

  it("restic forgets nothing", async () => {
    const before = [...(await keysIn("snapshots/")), ...(await keysIn("data/")), ...(await keysIn("index/"))];
    expect(before.length).toBeGreaterThan(3);
    // Not its exit code, which is that of a success: it calls each refusal a warning.
    const { said } = await restic.try("forget", "--keep-last", "1", "--group-by", "", "--prune");
    expect(said).toMatch(/unable to remove .*snapshot/i);
    const after = [...(await keysIn("snapshots/")), ...(await keysIn("data/")), ...(await keysIn("index/"))];
    expect(after).toEqual(before);
    expect(gate.refused).toContainEqual({
      action: "s3:DeleteObject",
      key: expect.stringMatching(/snapshots\//),
    });
    await restic.run("unlock", "--remove-all");
  });

  it("nobody deletes an object, many objects, or a version", async () => {
    const [Key = ""] = await keysIn("data/");
    const [{ VersionId } = {}] = await versionsOf(Key);
    const refused = { name: "AccessDenied" };
    await expect(box.send(new DeleteObjectCommand({ Bucket: bucket, Key }))).rejects.toMatchObject(refused);
    await expect(
      box.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key }] } })),
    ).rejects.toMatchObject(refused);
    await expect(box.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }))).rejects.toMatchObject(
      refused,
    );
    expect(await versionsOf(Key)).toHaveLength(1);
  });
});

it("what a box has overwritten with garbage is brought back from its older version", async () => {
  const [Key = ""] = await keysIn("data/");
  await box.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "garbage" }));
  expect((await restic.try("check", "--read-data", "--no-cache")).code).not.toBe(0);

  // The operator, whom the box's role does not bind.
  const older = (await versionsOf(Key)).find(({ IsLatest }) => IsLatest !== true);
  const good = await s3.client.send(
    new GetObjectCommand({ Bucket: bucket, Key, VersionId: older?.VersionId }),
  );
  const Body = (await good.Body?.transformToByteArray()) ?? "nothing";
  await s3.client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

  expect(await restic.run("check", "--read-data", "--no-cache")).toContain("no errors were found");
  expect(await restored()).toEqual(contentsOf(home));
});
