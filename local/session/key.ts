import { generateKeyPairSync } from "node:crypto";

/** A fresh public key in OpenSSH's form. The private half is dropped at once: nobody logs in to a stand-in. */
export function throwAwayPublicKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  const { x } = publicKey.export({ format: "jwk" });
  if (x === undefined) throw new Error("the key has no public part");
  const parts = [Buffer.from("ssh-ed25519"), Buffer.from(x, "base64url")];
  const wire = parts.flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-ed25519 ${Buffer.concat(wire).toString("base64")} moonbase-local`;
}
