import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { newSession } from "../local/engine.ts";
import { doorOf, engine, eventually, gone, machinesOf, recordOf, statesOf, withDoor } from "./session.ts";

const { clients } = engine;

const turned = async (session: string, asked: object) =>
  engine.waitFor(await engine.ssh(session, { ssh: "on", ...asked }));

/** Who may come in, as EC2 has it. */
async function whoMay(session: string): Promise<string[]> {
  const rules = (await doorOf(session))?.IpPermissions ?? [];
  return rules.flatMap(({ FromPort, ToPort, IpProtocol, IpRanges = [], Ipv6Ranges = [] }) =>
    [...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)].map(
      (cidr) => `${IpProtocol} ${FromPort}-${ToPort} ${cidr}`,
    ),
  );
}

const changes = z.array(z.object({ sourceCidr: z.string().nullable(), by: z.string().optional() }));
const changesOf = async (session: string) =>
  changes.parse((await recordOf(session))?.doorChanges ?? []).map(({ sourceCidr }) => sourceCidr);

async function ready(name: string, input: object): Promise<string> {
  const session = newSession(name);
  expect((await engine.waitFor(await engine.launch(session, input))).status).toBe("SUCCEEDED");
  return session;
}

const ends = async (session: string) => {
  await engine.waitFor(await engine.teardown(session));
  await gone(session);
  expect(await engine.left(session)).toEqual([]);
};

describe("a session that was launched without an address", () => {
  let session: string;
  beforeAll(async () => {
    session = await ready("closed", { blueprint: "admin" });
  });
  afterAll(() => ends(session));

  it("lets one address in when somebody asks, in a group that its machine wears", async () => {
    expect(await doorOf(session)).toBeUndefined();
    const execution = await engine.ssh(session, {
      ...{ ssh: "on", sourceCidr: "198.51.100.4/32", requestedBy: "me" },
    });
    const { status, output } = await engine.waitFor(execution);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toEqual({
      ...{ session, ssh: "on", sourceCidr: "198.51.100.4/32", port: 22 },
      message: `session "${session}" lets 198.51.100.4/32 in on port 22`,
    });
    expect(await statesOf(clients, execution)).toEqual(["TurnDoor", "JudgeTurn", "Answer"]);
    expect(await whoMay(session)).toEqual(["tcp 22-22 198.51.100.4/32"]);
    const [machine] = await machinesOf(session);
    expect(machine?.SecurityGroups?.map(({ GroupId }) => GroupId)).toContain(
      (await doorOf(session))?.GroupId,
    );
    expect((await recordOf(session))?.doorChanges).toMatchObject([{ by: "me", execution }]);
  });

  it("another address takes its place, and twice is once", async () => {
    for (const sourceCidr of ["192.0.2.9/32", "192.0.2.9/32", "2001:DB8::7/128"]) {
      expect((await turned(session, { sourceCidr })).status).toBe("SUCCEEDED");
    }
    expect(await whoMay(session)).toEqual(["tcp 22-22 2001:db8::7/128"]);
    expect(await changesOf(session)).toEqual(["198.51.100.4/32", "192.0.2.9/32", "2001:db8::7/128"]);
  });

  it("off lets nobody in, and twice is once", async () => {
    for (const _ of [1, 2]) {
      expect((await turned(session, { ssh: "off" })).status).toBe("SUCCEEDED");
      expect(await whoMay(session)).toEqual([]);
    }
    expect((await changesOf(session)).slice(-2)).toEqual(["2001:db8::7/128", null]);
  });

  it("of many who ask at once, the one that the record names last may come in, and no other", async () => {
    const asked = [1, 2, 3, 4].map((last) => ({ sourceCidr: `192.0.2.${last}/32` }));
    const outcomes = await Promise.all(asked.map((one) => turned(session, one)));
    expect(outcomes.map(({ status }) => status)).toEqual(asked.map(() => "SUCCEEDED"));
    const last = (await changesOf(session)).at(-1);
    expect(await whoMay(session)).toEqual([`tcp 22-22 ${last}`]);
  });

  it.each([
    [{ sourceCidr: "0.0.0.0/0" }, /^sourceCidr: "0\.0\.0\.0\/0" is not accepted \(allowed: one address/],
    [{ sourceCidr: "::/0" }, /^sourceCidr: "::\/0" is not accepted/],
    [{ sourceCidr: "192.0.2.0/24" }, /^sourceCidr: "192\.0\.2\.0\/24" is not accepted/],
    [{}, /^sourceCidr: missing \(allowed: one address/],
    [{ ssh: "ajar" }, /^ssh: "ajar" is not accepted \(allowed: on, off\)/],
  ])("refuses %j and changes nothing", async (asked, cause) => {
    const before = await whoMay(session);
    expect(await turned(session, asked)).toMatchObject({
      ...{ status: "FAILED", error: "Refused", cause: expect.stringMatching(cause) },
    });
    expect(await whoMay(session)).toEqual(before);
  });
});

it("a machine that is on its tailnet has ssh turned off, and what is turned on after that stays", async () => {
  const session = await ready("tailnet", withDoor);
  expect(await whoMay(session)).toEqual(["tcp 22-22 203.0.113.7/32"]);
  const [machine] = await machinesOf(session);
  const id = machine?.InstanceId ?? "";
  const since = new Date().toISOString();
  const Tags = [{ Key: "moonbase:tailscale", Value: `up ${since}` }];
  await clients.ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
  const says = () =>
    clients.events.send(
      new PutEventsCommand({
        Entries: [
          {
            ...{ Source: "moonbase.machine", DetailType: "machine is on its tailnet" },
            Detail: JSON.stringify({ "instance-id": id, session }),
          },
        ],
      }),
    );
  await says();
  await eventually(async () => expect(await whoMay(session)).toEqual([]));
  expect((await recordOf(session))?.doorChanges).toMatchObject([
    { sourceCidr: null, by: "Moonbase, because Tailscale is up" },
  ]);

  expect((await turned(session, { sourceCidr: "192.0.2.9/32" })).status).toBe("SUCCEEDED");
  await says();
  await engine.waitFor(await engine.ssh(session, { ssh: "off", onSince: since }));
  expect(await whoMay(session)).toEqual(["tcp 22-22 192.0.2.9/32"]);
  await ends(session);
  expect(await turned(session, { sourceCidr: "192.0.2.9/32" })).toMatchObject({
    ...{ error: "Refused", cause: expect.stringMatching(/has ended/) },
  });
  expect((await turned(session, { ssh: "off" })).status).toBe("SUCCEEDED");
});
