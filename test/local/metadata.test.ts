import { expect, onTestFinished, test } from "vitest";
import type { Notices } from "../../local/metadata/notices.ts";
import { startMetadataService } from "../../local/metadata/service.ts";

/** A machine's metadata service with a clock that the test holds. */
async function serviceAt(now: { time: number }) {
  const tags = new Map([["moonbase:session", "mine"]]);
  const notices: { now: Notices } = { now: {} };
  const service = await startMetadataService(
    {
      instanceId: "i-0123456789abcdef0",
      instanceType: "t3.small",
      imageId: "ami-1",
      region: "us-east-1",
      zone: "us-east-1a",
      account: "000000000000",
      architecture: "x86_64",
      privateAddress: "10.0.0.7",
      publicAddress: "127.0.0.1",
      mac: "02:00:00:00:00:07",
      market: "spot",
      notices: () => notices.now,
      role: "moonbase-admin-machine",
      userData: "#!/bin/bash\n",
      tags: () => tags,
    },
    () => now.time,
  );
  onTestFinished(service.close);
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${service.endpoint}/latest/${path}`, { method, headers });
  const signIn = async (seconds: string) =>
    (await ask("api/token", { "x-aws-ec2-metadata-token-ttl-seconds": seconds }, "PUT")).text();
  const get = async (path: string, token: string) => {
    const answer = await ask(path, { "x-aws-ec2-metadata-token": token });
    return answer.status === 200 ? answer.text() : answer.status;
  };
  return { ask, signIn, get, tags, notices };
}

test.each([
  ["meta-data/instance-id", "i-0123456789abcdef0"],
  ["meta-data/placement/region", "us-east-1"],
  ["meta-data/placement/availability-zone", "us-east-1a"],
  ["meta-data/local-ipv4", "10.0.0.7"],
  ["meta-data/public-ipv4", "127.0.0.1"],
  ["meta-data/local-hostname", "ip-10-0-0-7.ec2.internal"],
  ["meta-data/instance-life-cycle", "spot"],
  ["meta-data/network/interfaces/macs", "02:00:00:00:00:07/"],
  ["meta-data/network/interfaces/macs/02:00:00:00:00:07/local-ipv4s", "10.0.0.7"],
  ["meta-data/iam/security-credentials/", "moonbase-admin-machine"],
  ["meta-data/tags/instance/moonbase:session", "mine"],
  ["meta-data/tags/instance/moonbase%3Asession", "mine"],
  ["meta-data/tags/instance", "moonbase:session"],
  ["user-data", "#!/bin/bash\n"],
  ["meta-data/spot/instance-action", 404],
  ["meta-data/events/recommendations/rebalance", 404],
  ["meta-data/tags/instance/constructor", 404],
  ["meta-data/public-keys", 404],
  ["meta-data/nothing", 404],
])("%s is %j", async (path, expected) => {
  const { get, signIn } = await serviceAt({ time: 0 });
  expect(await get(path, await signIn("60"))).toBe(expected);
});

test("what spot has to say is told from the moment that it says it", async () => {
  const { get, signIn, notices } = await serviceAt({ time: 0 });
  const token = await signIn("60");
  expect(await get("meta-data/events", token)).toBe(404);
  notices.now = {
    interruption: { action: "terminate", time: "2026-11-20T12:02:00Z" },
    rebalance: { noticeTime: "2026-11-20T12:00:00Z" },
  };
  expect(await get("meta-data/spot/instance-action", token)).toBe(
    '{"action":"terminate","time":"2026-11-20T12:02:00Z"}',
  );
  expect(await get("meta-data/events/recommendations/rebalance", token)).toBe(
    '{"noticeTime":"2026-11-20T12:00:00Z"}',
  );
});

test("nothing is told without a token, with a wrong one or with one that is over", async () => {
  const now = { time: 0 };
  const { ask, get, signIn } = await serviceAt(now);
  expect((await ask("meta-data/instance-id")).status).toBe(401);
  expect(await get("meta-data/instance-id", "invented")).toBe(401);
  const token = await signIn("60");
  now.time = 59_999;
  expect(await get("meta-data/instance-id", token)).toBe("i-0123456789abcdef0");
  now.time = 60_000;
  expect(await get("meta-data/instance-id", token)).toBe(401);
});

test.each(["0", "21601", "-1", "1e3", ""])("no token lives %j seconds", async (seconds) => {
  const { ask } = await serviceAt({ time: 0 });
  const headers = { "x-aws-ec2-metadata-token-ttl-seconds": seconds };
  expect((await ask("api/token", headers, "PUT")).status).toBe(400);
});

test("no token goes through a proxy, and none is given to a GET", async () => {
  const { ask } = await serviceAt({ time: 0 });
  const headers = { "x-aws-ec2-metadata-token-ttl-seconds": "60" };
  expect((await ask("api/token", { ...headers, "x-forwarded-for": "10.0.0.1" }, "PUT")).status).toBe(403);
  expect((await ask("api/token", headers)).status).toBe(401);
});

test("tags are those of the moment", async () => {
  const { get, signIn, tags } = await serviceAt({ time: 0 });
  const token = await signIn("60");
  tags.set("moonbase:session", "other");
  expect(await get("meta-data/tags/instance/moonbase:session", token)).toBe("other");
});

test("the role's credentials and the identity document are JSON", async () => {
  const { get, signIn } = await serviceAt({ time: 0 });
  const token = await signIn("60");
  const credentials = await get("meta-data/iam/security-credentials/moonbase-admin-machine", token);
  expect(JSON.parse(String(credentials))).toMatchObject({
    Code: "Success",
    AccessKeyId: "local",
    Token: "local",
  });
  const identity = await get("dynamic/instance-identity/document", token);
  expect(JSON.parse(String(identity))).toMatchObject({
    instanceId: "i-0123456789abcdef0",
    region: "us-east-1",
  });
});
