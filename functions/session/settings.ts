import * as z from "zod";
import { saveFailurePolicies } from "./caps.ts";
import { retention } from "./retention.ts";

const schema = z.object({
  stage: z.string(),
  maximumSessions: z.int(),
  /** US dollars. */
  monthlyBudget: z.number(),
  onSaveFailure: z.enum(saveFailurePolicies),
  /** What was configured of kinds of machines, by blueprint. */
  choices: z.record(z.string(), z.object({ variant: z.string().optional(), rootGiB: z.int().optional() })),
  /** Secrets are under the operator's own key. */
  ownKey: z.boolean(),
  allowSsh: z.boolean(),
  sshAllowedCidr: z.string().nullable(),
  /** Null: old backups are not removed. */
  retention: retention.nullable(),
  launchWorkflowArn: z.string(),
  teardownWorkflowArn: z.string(),
  extendWorkflowArn: z.string(),
  sshWorkflowArn: z.string(),
  /** The workflow that answers to a schedule, by the schedule's name; a deployment need not have all of them. */
  scheduledWorkflowArns: z.record(z.string(), z.string()),
  reactFunctionArn: z.string(),
  schedulerRoleArn: z.string(),
  deadLetterQueueArn: z.string(),
  noticesTopicArn: z.string(),
  backupBucket: z.string(),
});
export type Settings = z.infer<typeof schema>;

let parsed: Settings | undefined;

/** What the deployment told this function: one variable, parsed once, wrong values named. */
export function settings(): Settings {
  parsed ??= schema.parse(JSON.parse(process.env.MOONBASE_SETTINGS ?? "{}"));
  return parsed;
}

/** The region a function runs in; Lambda always sets it. */
export function region(): string {
  const name = process.env.AWS_REGION;
  if (name === undefined) throw new Error("AWS_REGION is not set");
  return name;
}
