import { eventSource } from "../../functions/session/events.ts";
import type { namesOf } from "../../functions/session/names.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { arnOf, roleArn, workflowArn } from "../constructs/arns.ts";
import { type Grant, namedAtRunTime, noNarrower } from "./grant.ts";

export type Names = ReturnType<typeof namesOf>;

/** The request that makes something gives it our stage tag. */
export const bornOurs = (stage: string) => ({ [`aws:RequestTag/${tagKeys.stage}`]: stage });
/** The thing that is acted upon carries our stage tag already. */
export const isOurs = (stage: string) => ({ [`aws:ResourceTag/${tagKeys.stage}`]: stage });

export function sessionRecords(names: Names, actions: string[]): Grant {
  return { sid: "SessionRecords", actions, resources: [arnOf("dynamodb", `table/${names.table}`)] };
}

export function expirySchedules(names: Names, actions: string[]): Grant {
  return {
    sid: "ExpirySchedules",
    actions,
    resources: [arnOf("scheduler", `schedule/${names.scheduleGroup}/${names.expirySchedule("*")}`)],
    star: namedAtRunTime,
  };
}

/** A schedule acts with a role that whoever makes it must be allowed to hand over. */
export function handOverSchedulerRole(names: Names): Grant {
  return {
    sid: "HandOverSchedulerRole",
    actions: ["iam:PassRole"],
    resources: [roleArn(names.schedulerRole)],
    conditions: { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } },
  };
}

/** Describing in EC2 is all or nothing: no resource, no tag condition. */
export function describe(actions: string[]): Grant {
  return {
    sid: "Describe",
    actions: actions.map((name) => `ec2:Describe${name}`),
    resources: ["*"],
    star: noNarrower,
  };
}

/** The reference names no resource type; AWS checks it against the state machine, as its refusals say. */
export function callOff(names: Names, ...workflows: ("launch" | "teardown" | "backup")[]): Grant {
  return {
    sid: "CallOff",
    actions: ["states:SendTaskFailure"],
    resources: workflows.map((name) => workflowArn(names.workflow(name))),
  };
}

export function tellOperator(names: Names): Grant {
  return { sid: "TellOperator", actions: ["sns:Publish"], resources: [arnOf("sns", names.noticesTopic)] };
}

/** The reference types events:source as a list, which needs a set operator; with one entry it means equality. */
export function tellEverybody(): Grant {
  return {
    sid: "TellEverybody",
    actions: ["events:PutEvents"],
    resources: [arnOf("events", "event-bus/default")],
    conditions: { "ForAllValues:StringEquals": { "events:source": [eventSource] } },
  };
}

/** Its own log group and no other; the group itself belongs to the stack. */
export function writeLog(logGroup: string): Grant {
  return {
    sid: "WriteLog",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [arnOf("logs", `log-group:${logGroup}:log-stream:*`)],
    star: namedAtRunTime,
  };
}

export function writeTraces(): Grant {
  return {
    sid: "WriteTraces",
    actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    resources: ["*"],
    star: noNarrower,
  };
}
