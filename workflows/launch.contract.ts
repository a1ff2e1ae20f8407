import * as z from "zod";
import { blueprint } from "../blueprints/blueprint.ts";
import { blueprints, variantNames } from "../blueprints/index.ts";
import {
  blueprintName,
  fieldsAllowed,
  publicKey,
  requestedBy,
  restore,
  sourceCidr,
  volumeSnapshot,
  zone,
} from "./fields.ts";

/** How patiently to wait for the machine: the two waits of the workflow, each with its literal limit. */
const readyWithin = blueprint.shape.readyWithin;
/** Seconds that each of the two waits. A machine gives up ten seconds earlier, so that it can say why. */
export const readySeconds: Record<z.infer<typeof readyWithin>, number> = { minutes: 180, restore: 1800 };

/**
 * Below this a machine is hardly up before it is taken away again. The time counts from the request, so where a restore
 * comes before ready its half hour is added: no session ends in the middle of one.
 */
const shortestRuntimeMinutes: typeof readySeconds = { minutes: 10, restore: 10 + readySeconds.restore / 60 };
const longestRuntimeMinutes = Math.max(
  ...[...blueprints.values()].map(({ runtime }) => runtime.maximumMinutes),
);

const fields = {
  blueprint: blueprintName,
  /** Another variant of it than the configured one. */
  variant: z.string("allowed: the name of a variant").optional(),
  /** Without an address no port is opened, and Session Manager is the way in; some machines let nobody in. */
  publicKey: publicKey.optional(),
  sourceCidr: sourceCidr.optional(),
  /** Minutes from the request until the machine is taken away. */
  maximumRuntimeMinutes: z
    .int(`allowed: ${shortestRuntimeMinutes.minutes} to ${longestRuntimeMinutes} whole minutes`)
    .optional(),
  /** Launch although this month's budget would be broken. */
  force: z.boolean("allowed: true or false").default(false),
  /** What the machine begins with, where its blueprint saves. */
  restore: restore.optional(),
  /** A snapshot that a new volume is made from, which takes the place of the one that there is. */
  volumeSnapshot: volumeSnapshot.optional(),
  /** Where that volume is made; left out: where the one that there is is. */
  zone: zone.optional(),
  /** Who asks, in the caller's own words; nobody checks them. */
  requestedBy: requestedBy.optional(),
};

/** What an operator, the console or a schedule gives to `launch`. */
export const launchInput = z
  .strictObject(fields, fieldsAllowed(...Object.keys(fields)))
  .superRefine((input, context) => {
    const kind = blueprints.get(input.blueprint);
    for (const key of kind?.storage.keptVolume === true ? [] : (["volumeSnapshot", "zone"] as const)) {
      if (input[key] === undefined) continue;
      const message = `allowed: nothing, because ${input.blueprint} has no volume that outlives it`;
      context.addIssue({ code: "custom", path: [key], message });
    }
    if (input.zone !== undefined && input.volumeSnapshot === undefined) {
      const message = "allowed: a snapshot, because only a new volume can be in another zone";
      context.addIssue({ code: "custom", path: ["volumeSnapshot"], message });
    }
    if (kind?.storage.keptVolume === true && input.publicKey !== undefined) {
      context.addIssue({
        code: "custom",
        path: ["publicKey"],
        message: `allowed: nothing, because ${input.blueprint} knows its devices by their own keys`,
      });
    }
    // Where the port is opened on request, a key may wait for that, and others than the launch's may let in.
    const isPair = kind?.door?.opens !== "on-request" && kind?.storage.keptVolume !== true;
    if (isPair && (input.publicKey === undefined) !== (input.sourceCidr === undefined)) {
      const missing = input.publicKey === undefined ? "publicKey" : "sourceCidr";
      context.addIssue({
        code: "custom",
        path: [missing],
        message: "allowed: publicKey and sourceCidr together, or neither",
      });
    }
    if (input.restore !== undefined && (kind?.save.by === "nobody" || kind?.storage.keptVolume === true)) {
      const why = kind.storage.keptVolume ? "has what is on its volume" : "keeps nothing";
      context.addIssue({
        code: "custom",
        path: ["restore"],
        message: `allowed: nothing, because ${input.blueprint} ${why}`,
      });
    }
    const names = kind === undefined ? [] : variantNames(kind);
    if (input.variant !== undefined && !names.includes(input.variant)) {
      const allowed = names.length === 0 ? `nothing, because ${input.blueprint} has none` : names.join(", ");
      context.addIssue({ code: "custom", path: ["variant"], message: `allowed: ${allowed}` });
    }
    if (input.publicKey !== undefined && kind?.door === null) {
      context.addIssue({
        code: "custom",
        path: ["publicKey"],
        message: `allowed: nothing, because ${input.blueprint} lets nobody in`,
      });
    }
    const { runtime, readyWithin: patience } = kind ?? {};
    const minutes = input.maximumRuntimeMinutes;
    if (runtime === undefined || patience === undefined || minutes === undefined) return;
    const [shortest, longest] = [shortestRuntimeMinutes[patience], runtime.maximumMinutes];
    if (minutes >= shortest && minutes <= longest) return;
    context.addIssue({
      code: "custom",
      path: ["maximumRuntimeMinutes"],
      message: `allowed: ${shortest} to ${longest} minutes`,
    });
  });
export type LaunchInput = z.infer<typeof launchInput>;

/** What each step of `launch` answers; a workflow reads `outcome`, a person reads `message`. */
export const admission = z.object({ outcome: z.enum(["admitted", "refused"]), message: z.string() });
export type Admission = z.infer<typeof admission>;

export const provision = z.object({
  /** "awaits-volume": it is provisioned, and gets the volume that outlives it before anything else. */
  outcome: z.enum(["provisioned", "awaits-volume", "no-capacity", "not-possible", "session-ended"]),
  message: z.string(),
});
export type Provision = z.infer<typeof provision>;

/** One look at the volume of a machine. "not-yet": look again. */
export const volumeAttached = z.object({
  outcome: z.enum(["attached", "not-yet", "not-possible"]),
  message: z.string(),
});
export type VolumeAttached = z.infer<typeof volumeAttached>;

/** Steps that can only go well or throw. */
export const hired = z.object({ outcome: z.literal("hired") });
export type Hired = z.infer<typeof hired>;
export const guarded = z.object({ outcome: z.literal("guarded"), readyWithin });
export type Guarded = z.infer<typeof guarded>;
export const invited = z.object({ outcome: z.literal("invited") });
export type Invited = z.infer<typeof invited>;

/** What the machine itself answers when it is ready. The host key lets the operator connect without trust on first use. */
export const readyMessage = z.object({
  hostKey: z.string().regex(/^ssh-ed25519 [A-Za-z0-9+/=]+$/),
  phases: z.array(z.object({ name: z.string().max(40), at: z.iso.datetime() })).max(20),
  /** What became of the home, where there is one: all of a snapshot, none because there is none, or neither. */
  restored: z
    .object({ outcome: z.enum(["whole", "none", "failed"]), message: z.string().max(300) })
    .optional(),
});
export type ReadyMessage = z.infer<typeof readyMessage>;

/** The output of a launch that went well. */
export const launched = z.object({
  session: z.string(),
  instanceId: z.string(),
  instanceType: z.string(),
  zone: z.string(),
  market: z.enum(["spot", "on-demand"]),
  address: z.string().nullable(),
  hostKey: z.string(),
  user: z.string(),
  expiresAt: z.string(),
});
export type Launched = z.infer<typeof launched>;

/** What `launch` hands to `teardown` when it gives up. */
export const givenUp = z.object({ teardownName: z.string(), message: z.string() });
export type GivenUp = z.infer<typeof givenUp>;
