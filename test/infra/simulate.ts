import { runSimulation } from "@cloud-copilot/iam-simulate";
import { z } from "zod";
import { roleNamed, statementsOf } from "./policies.ts";
import { account, resolve } from "./resolve.ts";
import { resourcesOf, type Synthesis, withBackupTarget } from "./synthesize.ts";

export interface Request {
  action: string;
  resource: string;
  context?: Record<string, string | string[]>;
}

/**
 * The reference names no resource type for these two, so the simulator would only take "*" for them. AWS judges them
 * by the state machine; here they are judged as an action of the same kind.
 */
const judgedAs: Record<string, string> = {
  "states:SendTaskSuccess": "states:DescribeStateMachine",
  "states:SendTaskFailure": "states:UpdateStateMachine",
};
const judged = (action: string) => judgedAs[action] ?? action;

/** The simulator knows no names in an encryption context: one is judged as another key of KMS's that holds one text. */
const judgedKey = (key: string) => (key.startsWith("kms:EncryptionContext:") ? "kms:RequestAlias" : key);
const withJudgedKeys = <Value>(keys: Record<string, Value>) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [judgedKey(key), value]));

/** A key has a policy of its own, without which nobody may do anything with it. */
function keyPolicy({ templates }: Synthesis): object | undefined {
  const [key] = resourcesOf("AWS::KMS::Key", templates.data);
  return z.object({ KeyPolicy: z.looseObject({}) }).safeParse(resolve(key?.Properties, templates.data)).data
    ?.KeyPolicy;
}

/**
 * Whether a role may do something, by the rules of IAM and the keys of the Service Authorization Reference. A context
 * key that the reference does not know for the action is an error in the test, not a quiet denial.
 */
export async function allows(
  roleName: string,
  { action, resource, context = {} }: Request,
  synthesis = withBackupTarget(),
): Promise<boolean> {
  const aboutKey = action.startsWith("kms:");
  const policy = {
    Version: "2012-10-17",
    Statement: statementsOf(roleNamed(roleName, synthesis)).map((one) => ({
      ...one,
      Action: one.Action.map(judged),
      Condition: Object.fromEntries(
        Object.entries(one.Condition).map(([operator, keys]) => [operator, withJudgedKeys(keys)]),
      ),
    })),
  };
  const outcome = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/${roleName}/test`,
        action: judged(action),
        resource: { resource, accountId: account },
        contextVariables: {
          ...withJudgedKeys(context),
          ...(aboutKey && { "kms:CallerAccount": account }),
        },
      },
      identityPolicies: [{ name: "allowed", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(aboutKey && { resourcePolicy: keyPolicy(synthesis) }),
    },
    {},
  );
  if (outcome.resultType === "error") throw new Error(JSON.stringify(outcome.errors));
  if (outcome.resultType === "single") {
    const ignored = outcome.result.ignoredContextKeys ?? [];
    if (ignored.length > 0) throw new Error(`${action} knows no ${ignored.join(", ")}`);
  }
  return outcome.overallResult === "Allowed";
}
