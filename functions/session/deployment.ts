import * as z from "zod";
import { type Blueprint, blueprints } from "../../blueprints/index.ts";
import { backupTarget } from "./backup-target.ts";
import { saveFailurePolicies } from "./caps.ts";
import { stagePattern } from "./names.ts";

/** The retention periods that CloudWatch Logs takes; any other number fails at deploy time only. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

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
  /** How long logs are kept. */
  logRetentionDays: z.literal(retentionDays, `allowed: ${retentionDays.join(", ")}`).default(30),
  /** Opts into the backup target, whose volume costs money every month; null: there is none. */
  backupTarget,
});
export type Deployment = z.infer<typeof deployment>;

/** The kinds of machine that a deployment has: those that nobody has to opt into, and those that it opts into. */
export const blueprintsOf = (config: Pick<Deployment, "backupTarget">): Blueprint[] =>
  [...blueprints.values()].filter(({ optIn }) => optIn === undefined || config[optIn] !== null);
