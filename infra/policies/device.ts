import { metricsNamespace } from "../../functions/session/metrics.ts";
import { arnOf } from "../constructs/arns.ts";
import { type Grant, namedAtRunTime, noNarrower } from "./grant.ts";
import { type Names, writeTraces } from "./shared.ts";

const registry = (names: Names) => arnOf("ssm", `parameter${names.deviceParameter("")}`.replace(/\/$/, ""));

/** To read the registry of devices and to write into it; it deletes nobody, and reaches no machine. */
export const deviceGrants = (names: Names): Grant[] => [
  // Judged against the path without what is below it.
  { sid: "ReadDevices", actions: ["ssm:GetParametersByPath"], resources: [registry(names)] },
  {
    sid: "WriteDevice",
    actions: ["ssm:PutParameter"],
    resources: [arnOf("ssm", `parameter${names.deviceParameter("*")}`)],
    star: namedAtRunTime,
  },
  writeTraces(),
];

/** What the machine does with it: it reads who may come in, and says what it has seen of whom. */
export const backupTargetGrants = (names: Names): Grant[] => [
  { sid: "ReadDevices", actions: ["ssm:GetParametersByPath"], resources: [registry(names)] },
  {
    sid: "TellOfDevices",
    actions: ["ssm:PutParameter"],
    resources: [arnOf("ssm", `parameter${names.deviceSeenParameter("*")}`)],
    star: namedAtRunTime,
  },
  {
    sid: "TellOfScrub",
    actions: ["cloudwatch:PutMetricData"],
    resources: ["*"],
    conditions: { StringEquals: { "cloudwatch:namespace": metricsNamespace } },
    star: noNarrower,
  },
];
