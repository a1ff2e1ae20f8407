import { arnOf, executionsArn, functionArn, workflowArn } from "../constructs/arns.ts";
import { type Grant, namedAtRunTime, noNarrower } from "./grant.ts";
import type { Names } from "./shared.ts";

function common(functionName: string): Grant[] {
  return [
    // The definition names the function without a version, so no version or alias may be invoked.
    { sid: "TakeSteps", actions: ["lambda:InvokeFunction"], resources: [functionArn(functionName)] },
    {
      sid: "DeliverLogs",
      actions: [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
      resources: ["*"],
      star: noNarrower,
    },
    {
      sid: "WriteTraces",
      actions: [
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
      ],
      resources: ["*"],
      star: noNarrower,
    },
  ];
}

/** Step Functions watches a nested execution through one rule of its own, which has this name in every account. */
const watcherRule = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule";

export function launchWorkflowGrants(names: Names): Grant[] {
  const teardown = names.workflow("teardown");
  return [
    ...common(names.lambda("launch")),
    { sid: "StartTeardown", actions: ["states:StartExecution"], resources: [workflowArn(teardown)] },
    {
      sid: "FollowTeardown",
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: [executionsArn(teardown)],
      star: namedAtRunTime,
    },
    {
      sid: "HearOfTeardown",
      actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      resources: [arnOf("events", watcherRule)],
    },
  ];
}

export const backupWorkflowGrants = (names: Names): Grant[] => common(names.lambda("backup"));
export const extendWorkflowGrants = (names: Names): Grant[] => common(names.lambda("extend"));
export const sshWorkflowGrants = (names: Names): Grant[] => common(names.lambda("ssh"));
export const teardownWorkflowGrants = (names: Names): Grant[] => common(names.lambda("teardown"));
