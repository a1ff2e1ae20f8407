import { isIPv4, isIPv6 } from "node:net";
import * as z from "zod";
import { blueprints } from "../blueprints/index.ts";

/** Fields that more than one workflow takes. Every message says what is allowed; `explain` adds field and value. */

const idAllowed = "allowed: 1 to 40 letters, digits and hyphens, starting with a letter or digit";

/** Execution names end at 80 characters and schedule names at 64: 40 leaves room for what we append. */
export const session = z.string(idAllowed).regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/, idAllowed);

const blueprintAllowed = `allowed: ${[...blueprints.keys()].join(", ")}`;
export const blueprintName = z
  .string(blueprintAllowed)
  .refine((name) => blueprints.has(name), blueprintAllowed);

/** `0.0.0.0/0` and every other range are refused by construction: only one address can be written. */
export const cidrAllowed = 'allowed: one address, written "203.0.113.7/32" or "2001:db8::7/128"';
export const sourceCidr = z.string(cidrAllowed).refine((cidr) => {
  const [address = "", length, ...rest] = cidr.split("/");
  if (rest.length > 0) return false;
  if (length === "32") return isIPv4(address) && address !== "0.0.0.0";
  // One with a zone ("%eth0") is an address of this computer's own network only.
  return length === "128" && isIPv6(address) && !address.includes("%") && inOneSpelling(cidr) !== "::/128";
}, cidrAllowed);

/** An IPv6 address has many spellings, of which EC2 keeps one; an IPv4 address stays as it is. */
export const inOneSpelling = (cidr: string): string => {
  const [address = "", length] = cidr.split("/");
  return isIPv6(address) ? `${new URL(`http://[${address}]`).hostname.slice(1, -1)}/${length}` : cidr;
};

const keyType = "ssh-ed25519";

/** RFC 8709: the blob is two length-prefixed strings, the type and a key of 32 bytes. */
function isEd25519Blob(base64: string): boolean {
  const blob = Buffer.from(base64, "base64");
  const header = Buffer.concat([
    Buffer.from([0, 0, 0, keyType.length]),
    Buffer.from(keyType),
    Buffer.from([0, 0, 0, 32]),
  ]);
  return (
    blob.toString("base64") === base64 &&
    blob.length === header.length + 32 &&
    blob.subarray(0, header.length).equals(header)
  );
}

/** One line, no options in front, a plain comment or none: it becomes a line of `authorized_keys`. */
const keyAllowed = 'allowed: one line "ssh-ed25519 AAAA… comment", as ssh-keygen -t ed25519 writes it';
export const publicKey = z.string(keyAllowed).refine((line) => {
  const [type, blob, comment, ...rest] = line.split(" ");
  return (
    type === keyType &&
    isEd25519Blob(blob ?? "") &&
    rest.length === 0 &&
    /^[\w.@:+-]{0,80}$/.test(comment ?? "")
  );
}, keyAllowed);

/** What IAM allows in names, and what stands between them in an ARN: nothing that a terminal or a log would act upon. */
const callerAllowed = "allowed: 1 to 120 letters, digits, spaces and _ . : / @ + = , -";
export const requestedBy = z.string(callerAllowed).regex(/^[\w .:/@+=,-]{1,120}$/, callerAllowed);

/** What a machine that saves begins with: what is pinned, the newest, nothing, or one snapshot by its id. */
const restoreAllowed = 'allowed: "pinned", "latest", "none", or the 8 to 64 hexadecimal digits of a snapshot';
export const restore = z
  .string(restoreAllowed)
  .regex(/^(?:pinned|latest|none|[0-9a-f]{8,64})$/, restoreAllowed);

/** For an object with exactly these fields: what it says when it is no object, or has one too many. */
export const fieldsAllowed = (...names: string[]) => `allowed: an object with ${names.join(", ")}`;

const value = (input: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    input,
  );

/** Long or secret-looking values are cut: the message ends in the console and in a notice. */
const judged = (input: unknown): string =>
  input === undefined ? "missing" : `${(JSON.stringify(input) ?? "").slice(0, 60)} is not accepted`;

/** What is wrong with an input, one sentence a field: the field, what it was, what is allowed. */
export function explain(error: z.ZodError, input: unknown): string {
  const paths = (issue: z.core.$ZodIssue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return error.issues
    .flatMap((issue) =>
      paths(issue).map((path) => {
        const field = path.length === 0 ? "input" : path.join(".");
        return `${field}: ${judged(value(input, path))} (${issue.message})`;
      }),
    )
    .join("; ");
}
