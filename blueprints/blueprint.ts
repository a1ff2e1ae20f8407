import * as z from "zod";
import { instanceType } from "./prices.ts";

/** Market a machine can be bought on. */
export const market = z.enum(["spot", "on-demand"]);
export type Market = z.infer<typeof market>;

/** Public SSM parameter that names the newest image. */
const imageParameter = z.string().startsWith("/aws/service/");
/** In order of preference. */
const instanceTypes = z.array(instanceType).min(1);

/** GiB of a root volume. */
export const rootGiB = { least: 8, most: 16 };

/**
 * A kind of machine, as data. A new kind is one new file beside this one and one line in `index.ts`.
 * Money is in US dollars, sizes in GiB, durations as their names say.
 */
export const blueprint = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  summary: z.string(),
  image: z.strictObject({
    parameter: imageParameter,
    rootDevice: z.string(),
    /** The login that the image ships with. */
    user: z.string(),
  }),
  /** Who logs in once the machine is ready: the image's own login, or what the machine's scripts make of it. */
  login: z.string(),
  instanceTypes,
  /**
   * What the operator may have instead of the image and the types above, by name: the two belong together, because an image is made
   * for one processor. The ones above are one of them.
   */
  variants: z.record(z.string(), z.strictObject({ image: imageParameter, instanceTypes })).optional(),
  spot: z.strictObject({
    /** EC2 Fleet has no strictly ordered strategy for Spot; this one takes our order after capacity. */
    allocation: z.enum(["capacity-optimized-prioritized", "price-capacity-optimized"]),
    /** The most to pay, as a fraction of the on-demand price of the same type. */
    ceiling: z.number().positive().max(1),
  }),
  storage: z.strictObject({
    rootGiB: z.int().min(rootGiB.least).max(rootGiB.most),
    /** Whether every one of its types has a disk of its own, which is fast and gone with the machine. */
    instanceStore: z.boolean(),
  }),
  /**
   * The port that one address may reach, and when it is opened: for whoever launches, or only when somebody asks for it, because
   * there are other ways in; what a launch names is asked for. Null: it works alone, and nobody logs in.
   */
  door: z.strictObject({ port: z.int(), opens: z.enum(["at-launch", "on-request"]) }).nullable(),
  runtime: z.strictObject({ defaultMinutes: z.int(), maximumMinutes: z.int() }),
  /** How patiently a launch waits for it: some minutes, or as long as a restore takes. */
  readyWithin: z.enum(["minutes", "restore"]),
  idle: z.strictObject({
    /** Sent bytes in one period under which the network counts as idle. */
    belowBytes: z.int(),
    periodSeconds: z.int(),
    /** How many idle periods in a row raise the alarm. */
    periods: z.int(),
  }),
  /** What must survive the machine, and who sees to it. */
  save: z.discriminatedUnion("by", [
    /** Throw-away: teardown says so. */
    z.strictObject({ by: z.literal("nobody") }),
    /** The machine runs its blueprint's `save` script when it is asked to. */
    z.strictObject({
      by: z.literal("machine"),
      /** How the control plane sees for itself that what the machine names is there. */
      proof: z.enum(["object"]),
    }),
  ]),
  /** Tools installed after the shell is ready, each a script in `instance-scripts/<name>/toolkit/`. */
  toolkit: z.array(z.string()),
});
export type Blueprint = z.infer<typeof blueprint>;
