import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { change } from "../../../functions/device/change.ts";
import { judgeDevice } from "../../../functions/device/judge.ts";
import { type Device, deviceInput } from "../../../workflows/device.contract.ts";
import { explain } from "../../../workflows/fields.ts";
import { now, publicKey, settings } from "../fixture/session.ts";

const otherKey = publicKey.replace("BQYH", "BQYI");
const device = (different: Partial<Device> = {}): Device => ({
  ...{ name: "laptop", publicKey, appendOnly: false, quotaGiB: null },
  ...{ registeredAt: "2026-11-01T00:00:00.000Z", revokedAt: null },
  ...different,
});
const judge = (input: object, ...devices: Device[]) => judgeDevice(deviceInput.parse(input), devices, now);

describe("a device", () => {
  it("is registered with its options, from now on", () => {
    expect(
      judge({ action: "register", name: "nas", publicKey, appendOnly: true, quotaGiB: 50 }),
    ).toMatchObject({
      action: "write",
      device: {
        name: "nas",
        publicKey,
        appendOnly: true,
        quotaGiB: 50,
        registeredAt: now.toISOString(),
        revokedAt: null,
      },
    });
  });

  it("registered again is changed, and keeps when it came; the same again changes nothing", () => {
    const again = { action: "register", name: "laptop", publicKey };
    expect(judge({ ...again, quotaGiB: 9 }, device())).toMatchObject({
      action: "write",
      device: { quotaGiB: 9, registeredAt: "2026-11-01T00:00:00.000Z" },
      reason: "device laptop is changed",
    });
    expect(judge(again, device()).action).toBe("nothing");
  });

  it("has no other's key, whatever stands behind it as a comment", () => {
    const twin = { action: "register", name: "nas", publicKey: publicKey.replace("operator@laptop", "nas") };
    expect(judge(twin, device())).toMatchObject({
      action: "refuse",
      reason: expect.stringContaining("device laptop has"),
    });
    expect(judge({ ...twin, publicKey: otherKey }, device()).action).toBe("write");
  });

  it("may take a key over from one that is revoked", () => {
    const revoked = device({ publicKey: null, revokedAt: now.toISOString() });
    expect(judge({ action: "register", name: "nas", publicKey }, revoked).action).toBe("write");
  });

  it("that is revoked has no key any more, and is known as before", () => {
    expect(judge({ action: "revoke", name: "laptop" }, device({ quotaGiB: 9 }))).toMatchObject({
      action: "write",
      device: { publicKey: null, quotaGiB: 9, revokedAt: now.toISOString() },
    });
    expect(judge({ action: "revoke", name: "laptop" }, device({ publicKey: null })).action).toBe("nothing");
    expect(judge({ action: "revoke", name: "nas" }, device())).toMatchObject({
      action: "refuse",
      reason: 'name: "nas" is not registered',
    });
  });

  it("too many is refused; one that is known is not one more", () => {
    const many = Array.from({ length: 50 }, (_, index) => device({ name: `d${index}`, publicKey: null }));
    expect(judge({ action: "register", name: "nas", publicKey }, ...many).action).toBe("refuse");
    expect(judge({ action: "register", name: "d7", publicKey }, ...many).action).toBe("write");
  });
});

describe("what is asked for", () => {
  const complaint = (input: unknown) => {
    const { error } = deviceInput.safeParse(input);
    return error === undefined ? "" : explain(error, input);
  };

  it.each([
    [{ action: "register", name: "Laptop", publicKey }, /^name: "Laptop" is not accepted \(allowed: 1 to 31/],
    [{ action: "register", name: "-x", publicKey }, /^name: "-x"/],
    [{ action: "register", name: "../x", publicKey }, /^name/],
    [{ action: "register", name: "a".repeat(32), publicKey }, /^name/],
    [{ action: "register", name: "laptop" }, /^publicKey: missing \(allowed: the device's own/],
    [{ action: "register", name: "laptop", publicKey: `command="id" ${publicKey}` }, /^publicKey/],
    [{ action: "register", name: "laptop", publicKey, quotaGiB: 0 }, /^quotaGiB: 0 is not accepted/],
    [{ action: "revoke", name: "laptop", quotaGiB: 9 }, /^quotaGiB: 9 is not accepted \(allowed: nothing/],
    [{ action: "delete", name: "laptop" }, /^action: "delete" is not accepted \(allowed: register, revoke/],
    [{ action: "revoke", name: "laptop", why: "lost" }, /^why/],
  ])("%j is refused", (input, message) => {
    expect(complaint(input)).toMatch(message);
  });
});

describe("change", () => {
  const ssm = mockClient(SSMClient);
  const run = (input: unknown) => change({ step: "change", input });

  beforeEach(() => {
    vi.stubEnv("MOONBASE_SETTINGS", JSON.stringify(settings));
    vi.useFakeTimers({ now });
    ssm.reset();
    ssm.on(GetParametersByPathCommand).resolves({});
  });

  it("writes one parameter for the device, after a look at every page", async () => {
    ssm
      .on(GetParametersByPathCommand)
      .resolvesOnce({ Parameters: [], NextToken: "more" })
      .resolves({ Parameters: [{ Value: JSON.stringify(device({ name: "other" })) }] });
    expect(await run({ action: "register", name: "nas", publicKey })).toMatchObject({ outcome: "refused" });
    expect(await run({ action: "register", name: "nas", publicKey: otherKey })).toMatchObject({
      outcome: "changed",
    });
    expect(ssm.commandCalls(GetParametersByPathCommand)[0]?.args[0].input.Path).toBe(
      "/moonbase/backup-target/devices",
    );
    const [put, ...others] = ssm.commandCalls(PutParameterCommand).map(({ args }) => args[0].input);
    expect(others).toEqual([]);
    expect(put).toMatchObject({
      Name: "/moonbase/backup-target/devices/nas",
      Type: "String",
      Overwrite: true,
    });
    expect(JSON.parse(put?.Value ?? "")).toMatchObject({ name: "nas", publicKey: otherKey });
  });

  it("writes nothing that is refused, and nothing beside what it does not understand", async () => {
    expect(await run({ action: "revoke", name: "nas" })).toMatchObject({ outcome: "refused" });
    ssm.on(GetParametersByPathCommand).resolves({ Parameters: [{ Value: '{"name":"laptop"}' }] });
    await expect(run({ action: "register", name: "nas", publicKey })).rejects.toThrow(
      /holds a device that is none/,
    );
    expect(ssm.commandCalls(PutParameterCommand)).toHaveLength(0);
  });
});
