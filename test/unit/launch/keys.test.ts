import { describe, expect, it } from "vitest";
import { blueprints } from "../../../blueprints/index.ts";
import { blueprintName, explain, publicKey, session } from "../../../workflows/fields.ts";
import { launchInput } from "../../../workflows/launch.contract.ts";
import { teardownInput } from "../../../workflows/teardown.contract.ts";

const part = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
const line = (type: string, key: Buffer, comment = "", written = "ssh-ed25519") =>
  [written, Buffer.concat([part(Buffer.from(type)), part(key)]).toString("base64"), comment]
    .join(" ")
    .trimEnd();
const takes = (text: string) => publicKey.safeParse(text).success;

describe("a public key", () => {
  const key = Buffer.alloc(32, 7);

  it("is taken with a comment and without", () => {
    expect(takes(line("ssh-ed25519", key))).toBe(true);
    expect(takes(line("ssh-ed25519", key, "me@laptop"))).toBe(true);
  });

  it.each([
    ["is another kind within", line("ssh-ecdsa25", key)],
    ["is too short", line("ssh-ed25519", Buffer.alloc(31, 7))],
    ["is too long", line("ssh-ed25519", Buffer.alloc(33, 7))],
    ["has something after it", `${line("ssh-ed25519", key).replace(/=*$/, "")}AAAA`],
    ["is written in another way", `${line("ssh-ed25519", key)}\n`],
    ["has signs that base64 has not", line("ssh-ed25519", key).replace(/(.{40})/, "$1!")],
    ["has a comment of two words", line("ssh-ed25519", key, "me laptop")],
    ["has a comment of 81 letters", line("ssh-ed25519", key, "x".repeat(81))],
    ["has no key", "ssh-ed25519"],
    ["is nothing", ""],
  ])("is refused when it %s", (_, text) => {
    expect(takes(text)).toBe(false);
  });
});

/** What is said of an input that is refused. */
const said = (schema: typeof launchInput | typeof teardownInput, input: unknown) => {
  const { error } = schema.safeParse(input);
  return error === undefined ? "accepted" : explain(error, input);
};

describe("what is said of a refused input", () => {
  it("has one part for each field", () => {
    const complaint = said(launchInput, { blueprint: 1, force: "yes" });
    expect(complaint).toBe(
      'blueprint: 1 is not accepted (allowed: admin, devbox, retention); force: "yes" is not accepted (allowed: true or false)',
    );
  });

  it("names fields that are not there, whatever the input is", () => {
    for (const input of [null, "tea", 7, []]) expect(said(launchInput, input)).toMatch(/^input: /);
    expect(said(teardownInput, {})).toMatch(/^session: missing \(allowed: 1 to 40 letters/);
  });
});

it("the longest and the shortest runtime are taken, and none beyond", () => {
  const accepts = (minutes: number) =>
    launchInput.safeParse({ blueprint: "admin", maximumRuntimeMinutes: minutes }).success;
  expect([9, 10, 720, 721].map(accepts)).toEqual([false, true, true, false]);
});

it("every blueprint can be named, and no other", () => {
  for (const name of blueprints.keys()) expect(blueprintName.safeParse(name).success).toBe(true);
  expect(blueprintName.safeParse("").success).toBe(false);
});

it("a session that is no text is told what is allowed", () => {
  expect(session.safeParse(7).error?.issues[0]?.message).toMatch(/^allowed: 1 to 40/);
});
