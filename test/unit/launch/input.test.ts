import { describe, expect, it } from "vitest";
import { blueprints } from "../../../blueprints/index.ts";
import { explain, session } from "../../../workflows/fields.ts";
import { launchInput, readySeconds } from "../../../workflows/launch.contract.ts";
import { publicKey } from "../fixture/session.ts";

const good = { blueprint: "admin", publicKey, sourceCidr: "203.0.113.7/32", maximumRuntimeMinutes: 60 };

/** What the operator is told about an input that is not accepted. */
function complaint(input: unknown): string {
  const parsed = launchInput.safeParse(input);
  if (parsed.success) throw new Error("the input was accepted");
  return explain(parsed.error, input);
}

describe("launch input", () => {
  it("takes a blueprint alone: no port is opened then", () => {
    expect(launchInput.parse({ blueprint: "admin" })).toEqual({ blueprint: "admin", force: false });
  });

  it("takes a key, an address and a runtime", () => {
    expect(launchInput.parse(good)).toEqual({ ...good, force: false });
  });

  it("takes an IPv6 address", () => {
    expect(launchInput.parse({ ...good, sourceCidr: "2001:db8::7/128" })).toMatchObject({
      sourceCidr: "2001:db8::7/128",
    });
  });

  it("of a devbox, whose port is opened on request, takes a key or an address alone", () => {
    for (const one of [{ publicKey }, { sourceCidr: good.sourceCidr }]) {
      expect(launchInput.parse({ blueprint: "devbox", ...one })).toMatchObject(one);
    }
  });

  it.each([...blueprints.values()])(
    "gives no $name less time than its machine has to get ready in",
    (kind) => {
      const minutes = readySeconds[kind.readyWithin] / 60;
      const asked = { blueprint: kind.name, maximumRuntimeMinutes: Math.ceil(minutes) + 5 };
      expect(launchInput.safeParse(asked).success).toBe(false);
      expect(launchInput.parse({ ...asked, maximumRuntimeMinutes: 40 })).toMatchObject({
        blueprint: kind.name,
      });
    },
  );

  it("takes the word of whoever asks", () => {
    const requestedBy = "arn:aws:sts::000000000000:assumed-role/Admin/me+aws,1=2@example.org";
    expect(launchInput.parse({ ...good, requestedBy })).toMatchObject({ requestedBy });
  });

  it.each(["pinned", "latest", "none", "0a1b2c3d", "0a1b2c3d".repeat(8)])(
    "takes %s as what a devbox begins with",
    (restore) => {
      expect(launchInput.parse({ blueprint: "devbox", restore })).toMatchObject({ restore });
    },
  );

  it.each(["debian-12-arm64", "debian-12-amd64", "debian-13-arm64", "debian-13-amd64"])(
    "takes %s as the variant of a devbox",
    (variant) => {
      expect(launchInput.parse({ blueprint: "devbox", variant })).toMatchObject({ variant });
    },
  );

  it.each([
    [
      "a variant that there is not",
      { blueprint: "devbox", variant: "debian-11-arm64" },
      /^variant: "debian-11-arm64" is not accepted \(allowed: debian-12-arm64, debian-13-arm64, debian-12-amd64/,
    ],
    [
      "what every object has as a variant",
      { blueprint: "devbox", variant: "constructor" },
      /^variant: "constructor" is not accepted/,
    ],
    [
      "a variant where there is nothing to choose",
      { ...good, variant: "debian-12-arm64" },
      /^variant: "debian-12-arm64" .*\(allowed: nothing, because admin has none\)/,
    ],
    [
      "a restore by a machine that keeps nothing",
      { ...good, restore: "latest" },
      /^restore: "latest" .*\(allowed: nothing, because admin keeps nothing\)/,
    ],
    ...["newest", "", "0a1b2c3", "0A1B2C3D", "0".repeat(65), "latest\n", "--target=/", 7].map(
      (restore): [string, object, RegExp] => [
        `${JSON.stringify(restore)} as what to restore`,
        { blueprint: "devbox", restore },
        /^restore: .* is not accepted \(allowed: "pinned", "latest", "none", or the 8 to 64 hexadecimal digits/,
      ],
    ),
    [
      "a key for a machine that lets nobody in",
      { ...good, blueprint: "retention" },
      /^publicKey: .* is not accepted \(allowed: nothing, because retention lets nobody in\)/,
    ],
    ["no object", "tea", /^input: "tea" .*allowed: an object with blueprint, variant, publicKey/],
    ["no blueprint", {}, /^blueprint: missing \(allowed: admin, devbox, retention\)/],
    [
      "an unknown blueprint",
      { ...good, blueprint: "castle" },
      /^blueprint: "castle" is not accepted \(allowed: admin, devbox, retention\)/,
    ],
    ["an unknown field", { ...good, colour: "red" }, /^colour: "red" .*allowed: an object with blueprint/],
    [
      "the whole internet",
      { ...good, sourceCidr: "0.0.0.0/0" },
      /^sourceCidr: "0\.0\.0\.0\/0" .*one address/,
    ],
    ["the whole internet, dressed up", { ...good, sourceCidr: "0.0.0.0/32" }, /^sourceCidr/],
    ["a range", { ...good, sourceCidr: "203.0.113.0/24" }, /^sourceCidr/],
    ["an address without length", { ...good, sourceCidr: "203.0.113.7" }, /^sourceCidr/],
    ["an octet too high", { ...good, sourceCidr: "203.0.113.777/32" }, /^sourceCidr/],
    ["a second slash", { ...good, sourceCidr: "203.0.113.7/32/32" }, /^sourceCidr/],
    ["the whole internet, by IPv6", { ...good, sourceCidr: "::/0" }, /^sourceCidr: "::\/0" .*one address/],
    ["the same, dressed up", { ...good, sourceCidr: "0:0::0/128" }, /^sourceCidr/],
    ["a range of IPv6", { ...good, sourceCidr: "2001:db8::/64" }, /^sourceCidr/],
    ["an IPv6 address of this network only", { ...good, sourceCidr: "fe80::1%eth0/128" }, /^sourceCidr/],
    ["an IPv6 address with the length of another", { ...good, sourceCidr: "2001:db8::7/32" }, /^sourceCidr/],
    ["a malformed key", { ...good, publicKey: "ssh-ed25519 AAAA" }, /^publicKey: .*ssh-keygen/],
    [
      "another kind of key",
      { ...good, publicKey: publicKey.replace("ssh-ed25519", "ssh-rsa") },
      /^publicKey/,
    ],
    ["a private key", { ...good, publicKey: "-----BEGIN OPENSSH PRIVATE KEY-----" }, /^publicKey/],
    ["a key with options", { ...good, publicKey: `command="id" ${publicKey}` }, /^publicKey/],
    ["two keys", { ...good, publicKey: `${publicKey}\n${publicKey}` }, /^publicKey/],
    [
      "a comment with shell",
      { ...good, publicKey: publicKey.replace("operator@laptop", "$(id)") },
      /^publicKey/,
    ],
    ["a key without an address", { blueprint: "admin", publicKey }, /^sourceCidr: missing .*together/],
    [
      "an address without a key",
      { blueprint: "admin", sourceCidr: good.sourceCidr },
      /^publicKey: missing .*together/,
    ],
    ["a negative runtime", { ...good, maximumRuntimeMinutes: -5 }, /^maximumRuntimeMinutes: -5 .*10 to 720/],
    ["too short a runtime", { ...good, maximumRuntimeMinutes: 9 }, /^maximumRuntimeMinutes: 9/],
    [
      "a runtime in which a restore may not come to its end",
      { blueprint: "devbox", maximumRuntimeMinutes: 39 },
      /^maximumRuntimeMinutes: 39 .*40 to 720/,
    ],
    [
      "too long a runtime",
      { ...good, maximumRuntimeMinutes: 721 },
      /^maximumRuntimeMinutes: 721 .*10 to 720/,
    ],
    [
      "a caller of two lines",
      { ...good, requestedBy: "me\nroot" },
      /^requestedBy: "me\\nroot" .*1 to 120 letters/,
    ],
    ["a caller that colours the terminal", { ...good, requestedBy: "\u001b[31mme" }, /^requestedBy/],
    ["a caller that does not end", { ...good, requestedBy: "x".repeat(121) }, /^requestedBy/],
    ["a caller without a name", { ...good, requestedBy: "" }, /^requestedBy/],
    ["half a minute", { ...good, maximumRuntimeMinutes: 60.5 }, /^maximumRuntimeMinutes: 60\.5 .*10 to 720/],
    [
      "text for a runtime",
      { ...good, maximumRuntimeMinutes: "60" },
      /^maximumRuntimeMinutes: "60" .*10 to 720/,
    ],
  ])("refuses %s, naming field, value and what is allowed", (_, input, message) => {
    expect(complaint(input)).toMatch(message);
    expect(complaint(input)).toContain("allowed:");
  });

  it("cuts what it repeats, so that a pasted secret does not travel", () => {
    const secret = "x".repeat(500);
    expect(complaint({ ...good, publicKey: secret })).not.toContain(secret.slice(0, 100));
  });
});

describe("session id", () => {
  it.each(["tea", "A1", "0f8fad5b-d9cb-469f-a165-70867728950e", "x".repeat(40)])("takes %s", (id) => {
    expect(session.safeParse(id).success).toBe(true);
  });

  it.each(["", "-tea", "te a", "té", "tea;id", "tea/1", "tea_1", "#live", "x".repeat(41), "tea\n"])(
    "refuses %j",
    (id) => {
      expect(session.safeParse(id).success).toBe(false);
    },
  );
});
