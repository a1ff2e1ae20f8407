import * as z from "zod";
import { rootGiB } from "../../blueprints/blueprint.ts";
import { devbox } from "../../blueprints/devbox.ts";
import { variantNames } from "../../blueprints/index.ts";
import { fieldsAllowed, sourceCidr } from "../../workflows/fields.ts";
import { saveFailurePolicies } from "./caps.ts";
import { stagePattern } from "./names.ts";
import { retention } from "./retention.ts";

/** The retention periods that CloudWatch Logs takes; any other number fails at deploy time only. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const sizeAllowed = `allowed: ${rootGiB.least} to ${rootGiB.most} whole GiB`;

const contentAllowed =
  'allowed: the https address of a git repository, a prefix such as "s3://my-bucket/boxes/" with its slash, or null';
const whereBoxesWrite = "allowed: a prefix in S3 that devboxes cannot write to";

/** What an operator may set of devboxes. */
const devboxKeys = {
  /** Release and processor; a launch may ask for another one. */
  variant: z
    .enum(variantNames(devbox), `allowed: ${variantNames(devbox).join(", ")}`)
    .default("debian-12-arm64"),
  /** GiB of the root volume. */
  rootGiB: z
    .int(sizeAllowed)
    .min(rootGiB.least, sizeAllowed)
    .max(rootGiB.most, sizeAllowed)
    .default(devbox.storage.rootGiB),
  /** Where its playbook is: a git repository, or a prefix in S3 that its role may then read; null: it has none. */
  ansibleContent: z
    .string(contentAllowed)
    .regex(
      /^(https:\/\/[A-Za-z0-9.-]+(:\d+)?\/[A-Za-z0-9._/~-]+|s3:\/\/[a-z0-9.-]{3,63}\/([A-Za-z0-9][A-Za-z0-9._-]*\/)+)$/,
      contentAllowed,
    )
    .refine((content) => !/^s3:\/\/[^/]*-backup-[^/]*\/devbox\//.test(content), whereBoxesWrite)
    .nullable()
    .default(null),
};

/**
 * What an operator may set of a deployment: the block "moonbase" of cdk.json, and the same keys in the command's own
 * file. Every message says what is allowed; `explain` puts the field and the refused value in front.
 */
export const deployment = z.strictObject({
  /** Prefixes every name, so that several stages live side by side in one account. */
  stage: z
    .string("allowed: text")
    .regex(
      stagePattern,
      "allowed: 1 to 16 lower-case letters, digits and hyphens, starting with a letter and not with sg-",
    )
    .default("moonbase"),
  /** Left out: the region that the AWS CLI would use. */
  region: z
    .string("allowed: text")
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'allowed: the name of an AWS region, such as "eu-west-1"')
    .optional(),
  /** How many sessions may be up at once. */
  maximumSessions: z
    .int("allowed: a whole number from 1 to 100")
    .min(1, "allowed: 1 to 100")
    .max(100, "allowed: 1 to 100")
    .default(10),
  /** US dollars a calendar month; a launch that would break it is refused. */
  monthlyBudget: z.number("allowed: a number of US dollars").positive("allowed: more than 0").default(2),
  /** Who gets the notices by mail; null: nobody. */
  notifyEmail: z.email("allowed: an email address, or null").nullable().default(null),
  /** What happens at a session's hard cap when what its machine holds could not be saved; "keep" is 24 hours more. */
  onSaveFailure: z.enum(saveFailurePolicies, `allowed: ${saveFailurePolicies.join(", ")}`).default("keep"),
  devbox: z.strictObject(devboxKeys, fieldsAllowed(...Object.keys(devboxKeys))).prefault({}),
  /** Whether secrets and notices are under a KMS key of the operator's own, for $1 a month, instead of AWS's. */
  ownKey: z.boolean("allowed: true or false").default(false),
  /**
   * Whether machines whose blueprint opens its port on request let somebody in from their launch on: `sshAllowedCidr`, or
   * the caller of the command where that is null.
   */
  allowSsh: z.boolean("allowed: true or false").default(false),
  /** The one address that ssh is turned on for when none is named. */
  sshAllowedCidr: sourceCidr.nullable().default(null),
  /** A key pair of EC2's, whose key may log in besides the launch's own, where the port is opened on request; null: none. */
  sshKeyName: z
    .string("allowed: text, or null")
    .regex(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/, "allowed: the name of a key pair in EC2, or null")
    .nullable()
    .default(null),
  /** When old backups are removed, and which stay; null: never, and the backups only grow. */
  retention: retention.nullable().default(retention.parse({})),
  /** How long logs are kept. */
  logRetentionDays: z.literal(retentionDays, `allowed: ${retentionDays.join(", ")}`).default(30),
});
export type Deployment = z.infer<typeof deployment>;
