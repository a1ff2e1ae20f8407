import { runSimulation } from "@cloud-copilot/iam-simulate";
import { roleNamed, statementsOf } from "./policies.ts";
import { account } from "./resolve.ts";

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

/**
 * Whether a role may do something, by the rules of IAM and the keys of the Service Authorization Reference. A context
 * key that the reference does not know for the action is an error in the test, not a quiet denial.
 */
export async function allows(
  roleName: string,
  { action, resource, context = {} }: Request,
): Promise<boolean> {
  const policy = {
    Version: "2012-10-17",
    Statement: statementsOf(roleNamed(roleName)).map((one) => ({ ...one, Action: one.Action.map(judged) })),
  };
  const outcome = await runSimulation(
    {
      request: {
        principal: `arn:aws:sts::${account}:assumed-role/${roleName}/test`,
        action: judged(action),
        resource: { resource, accountId: account },
        contextVariables: context,
      },
      identityPolicies: [{ name: "allowed", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
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
