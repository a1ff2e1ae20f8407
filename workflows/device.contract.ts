import * as z from "zod";
import { explain, fieldsAllowed, publicKey } from "./fields.ts";

const nameAllowed = "allowed: 1 to 31 small letters, digits and hyphens, and no hyphen at the start";
/** It is a folder on the volume, and a part of a line in sshd's file of keys. */
export const deviceName = z.string(nameAllowed).regex(/^[a-z0-9][a-z0-9-]{0,30}$/, nameAllowed);

const quotaAllowed = "allowed: 1 to 16384 whole GiB, or left out for no limit";
const quotaGiB = z.int(quotaAllowed).min(1, quotaAllowed).max(16_384, quotaAllowed);
const actionAllowed = "allowed: register, revoke";

const fields = {
  action: z.enum(["register", "revoke"], actionAllowed),
  name: deviceName,
  /** Its own key, and no other device's. */
  publicKey: publicKey.optional(),
  /** It may send and read, and delete nothing: old backups are removed on this side. */
  appendOnly: z.boolean("allowed: true or false").optional(),
  quotaGiB: quotaGiB.optional(),
};

/** What an operator gives to `device`. */
export const deviceInput = z
  .strictObject(fields, fieldsAllowed(...Object.keys(fields)))
  .superRefine(({ action, ...rest }, context) => {
    if (action === "register" && rest.publicKey === undefined) {
      context.addIssue({
        code: "custom",
        path: ["publicKey"],
        message: "allowed: the device's own public key",
      });
    }
    const besides = (["publicKey", "appendOnly", "quotaGiB"] as const).filter(
      (key) => rest[key] !== undefined,
    );
    for (const key of action === "revoke" ? besides : []) {
      context.addIssue({
        code: "custom",
        path: [key],
        message: "allowed: nothing, where a device is revoked",
      });
    }
  });
export type DeviceInput = z.infer<typeof deviceInput>;

/** A device as the registry has it, one parameter each; the machine reads them at boot and every minute. */
export const device = z.object({
  name: deviceName,
  /** Null: it is revoked. What it has sent stays. */
  publicKey: publicKey.nullable(),
  appendOnly: z.boolean(),
  quotaGiB: quotaGiB.nullable(),
  registeredAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
});
export type Device = z.infer<typeof device>;

/** What a machine has last seen of a device on the volume. It is what the machine says, and no more. */
export const deviceSeen = z.object({
  name: deviceName,
  /** Of its newest backup; null: it has sent none. */
  lastBackup: z.iso.datetime({ offset: true }).nullable(),
  snapshots: z.int(),
  usedBytes: z.number().nullable(),
});
export type DeviceSeen = z.infer<typeof deviceSeen>;

/** The output of a change that went well. */
export const deviceChanged = z.object({ name: z.string(), message: z.string() });
export type DeviceChanged = z.infer<typeof deviceChanged>;

export const deviceChange = deviceChanged.extend({ outcome: z.enum(["changed", "refused"]) });
export type DeviceChange = z.infer<typeof deviceChange>;

/** A device's entry in the registry, or what is wrong with it. */
export function readDevice(text: string): Device {
  const input: unknown = JSON.parse(text);
  const parsed = device.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Error(`the registry holds a device that is none: ${explain(parsed.error, input)}`);
}
