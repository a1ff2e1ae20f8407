import { createServer } from "node:http";
import { CreateFleetCommand, EC2Client } from "@aws-sdk/client-ec2";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { clientSettings } from "../../../local/clients.ts";
import { anySession } from "../../../local/proxy/fault.ts";
import { startProxy } from "../../../local/proxy/proxy.ts";
import { throttlingOf } from "../../../local/proxy/refusal.ts";
import { type ProxyControl, proxyAt } from "../../../local/proxy/remote.ts";
import { callsWith, type Settings, session } from "./calls.ts";

let asked = 0;
let stop: () => void;
let proxy: ProxyControl;
let settings: Settings;

/** Stands for an emulator: counts, and answers every fleet with another machine. */
const emulator = createServer((request, response) => {
  asked += 1;
  request.resume().once("end", () => {
    response.setHeader("content-type", "text/xml");
    response.end(
      `<CreateFleetResponse><fleetInstanceSet><item><instanceIds><item>i-0000000${asked}</item></instanceIds></item></fleetInstanceSet></CreateFleetResponse>`,
    );
  });
});

beforeAll(async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  emulator.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = emulator.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const endpoint = `http://127.0.0.1:${address.port}`;
  const between = await startProxy({ serverless: endpoint, machines: endpoint });
  stop = between.stop;
  proxy = proxyAt(between.endpoints.serverless);
  settings = { ...clientSettings(between.endpoints.serverless), maxAttempts: 1 };
});
afterAll(() => {
  stop();
  emulator.close();
  emulator.closeAllConnections();
});
beforeEach(() => proxy.lift(session));

const calls = callsWith(() => settings);

it.each(calls)(
  "%s %s is told from others, and refused in words that the SDK understands",
  async (service, action, call) => {
    const before = asked;
    await proxy.inject({
      session,
      caller: "client",
      service,
      action,
      deed: { do: "error", name: "NoSuchLuck", status: 403 },
    });
    await expect(call()).rejects.toMatchObject({ name: "NoSuchLuck", $metadata: { httpStatusCode: 403 } });
    await proxy.lift(session);
    await proxy.inject({ session, caller: "client", service, action, deed: { do: "throttle" } });
    await expect(call()).rejects.toMatchObject({ name: throttlingOf(service).name });
    await proxy.lift(session);
    await proxy.inject({ session, caller: "client", service, action, deed: { do: "drop" } });
    await expect(call()).rejects.toThrow();
    expect(asked).toBe(before);
    expect(
      (await proxy.callsOf(session)).filter((each) => each.action === action).map(({ fault }) => fault),
    ).toEqual(["error", "throttle", "drop"]);
  },
);

const fleet = (token: string) =>
  new EC2Client(settings).send(
    new CreateFleetCommand({
      ClientToken: token,
      TargetCapacitySpecification: { TotalTargetCapacity: 1 },
      LaunchTemplateConfigs: [],
    }),
  );

it("a reply that is lost was given: the emulator was asked, once, and the same token gets the same machine", async () => {
  const before = asked;
  const token = `${session}-spot`;
  await proxy.inject({
    session,
    caller: "client",
    service: "ec2",
    action: "CreateFleet",
    times: 1,
    deed: { do: "lose" },
  });
  await expect(fleet(token)).rejects.toThrow();
  expect(asked).toBe(before + 1);
  const again = await fleet(token);
  expect(asked).toBe(before + 1);
  expect(await fleet(`${session}-other`)).not.toEqual(again);
});

it("what is held goes on when it is let go", async () => {
  await proxy.inject({
    session,
    caller: "client",
    service: "ec2",
    action: "CreateFleet",
    nth: 4,
    deed: { do: "hold", milliseconds: 60_000 },
  });
  let done = false;
  const held = fleet(`${session}-held`).then(() => {
    done = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(done).toBe(false);
  await proxy.lift(session);
  await held;
});

it("a fault of any session is for calls about a session and about none, and is counted from when it was lifted", async () => {
  const refused = { name: "NoSuchLuck", $metadata: { httpStatusCode: 403 } };
  await proxy.lift(anySession);
  for (const round of ["first", "second"]) {
    await proxy.inject({
      session: anySession,
      caller: "client",
      service: "ec2",
      action: "CreateFleet",
      nth: 2,
      times: 2,
      deed: { do: "error", name: "NoSuchLuck", status: 403 },
    });
    await fleet(`${session}-any-${round}`);
    await expect(fleet("nobody")).rejects.toMatchObject(refused);
    await expect(fleet(`${session}-any`)).rejects.toMatchObject(refused);
    await fleet(`nobody-${round}`);
    const seen = (await proxy.callsOf(anySession)).map(({ nthOfAny, fault, session }) => [
      nthOfAny,
      fault ?? "good",
      session ?? "none",
    ]);
    expect(seen, round).toEqual([
      [1, "good", session],
      [2, "error", "none"],
      [3, "error", session],
      [4, "good", "none"],
    ]);
    await proxy.lift(anySession);
    expect(await proxy.callsOf(anySession)).toEqual([]);
  }
});

it("what a fault of any session holds goes on when that is lifted, and not when another's are", async () => {
  await proxy.inject({
    session: anySession,
    caller: "client",
    service: "ec2",
    action: "CreateFleet",
    deed: { do: "hold", milliseconds: 60_000 },
  });
  const before = asked;
  const held = fleet("held-by-any");
  await vi.waitFor(async () => expect(await proxy.callsOf(anySession)).toHaveLength(1));
  await proxy.lift(session);
  expect((await proxy.callsOf(anySession)).map(({ status }) => status)).toEqual([undefined]);
  expect(asked).toBe(before);
  await proxy.lift(anySession);
  expect((await held).Instances).toHaveLength(1);
});

it("a call that no rule names passes as it is", async () => {
  expect((await fleet("somebody-else")).Instances).toHaveLength(1);
});
