import { Aws } from "aws-cdk-lib";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnScheduleGroup } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { namesOf } from "../../functions/session/names.ts";
import { arnOf, functionArn } from "./arns.ts";
import { HandWrittenRole } from "./hand-written-role.ts";

/** Where sessions' expiry schedules live, and as whom they act: they may call react, and keep what it missed. */
export class Undertakers extends Construct {
  constructor(scope: Construct, id: string, names: ReturnType<typeof namesOf>) {
    super(scope, id);
    new CfnScheduleGroup(this, "Group", { name: names.scheduleGroup });
    new HandWrittenRole(this, "Identity", {
      roleName: names.schedulerRole,
      description: "What the expiry schedules of sessions may do",
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: {
          StringEquals: {
            "aws:SourceAccount": Aws.ACCOUNT_ID,
            // Scheduler names the group here; a single schedule would never match.
            "aws:SourceArn": arnOf("scheduler", `schedule-group/${names.scheduleGroup}`),
          },
        },
      }),
      grants: [
        {
          sid: "CallReact",
          actions: ["lambda:InvokeFunction"],
          resources: [functionArn(names.lambda("react"))],
        },
        {
          sid: "KeepWhatWasMissed",
          actions: ["sqs:SendMessage"],
          resources: [arnOf("sqs", names.deadLetterQueue)],
        },
      ],
    });
  }
}
