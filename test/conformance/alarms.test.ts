import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateTopicCommand, DeleteTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import { conforms, errorOf, later, unique } from "./conforms.ts";
import { cloudWatch, notices } from "./target.ts";

const put = async (AlarmName: string, Threshold: number) => {
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      Namespace: "AWS/EC2",
      MetricName: "NetworkOut",
      Statistic: "Sum",
      Period: 300,
      EvaluationPeriods: 6,
      Threshold,
      ComparisonOperator: "LessThanThreshold",
      TreatMissingData: "notBreaching",
    }),
  );
};
const find = async (AlarmNamePrefix: string) =>
  (await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix }))).MetricAlarms ?? [];
const remove = (AlarmNames: string[]) => cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames }));

/**
 * "When you update an existing alarm, its state is left unchanged, but the update completely overwrites the previous
 * configuration of the alarm."
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
conforms(
  "an alarm that is put twice is one alarm, in its old state",
  [{ Threshold: 2, StateValue: "ALARM" }],
  async () => {
    const AlarmName = unique("alarm");
    later(() => remove([AlarmName]));
    await put(AlarmName, 1);
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "a test" }),
    );
    await put(AlarmName, 2);
    return (await find(AlarmName)).map(({ Threshold, StateValue }) => ({ Threshold, StateValue }));
  },
);

/** "you receive information about all alarms that have names that start with this prefix" (API_DescribeAlarms) */
conforms("alarms are found by how their names begin", ["-idle", "-late"], async () => {
  const prefix = unique("alarm");
  const names = [`${prefix}-idle`, `${prefix}-late`, unique("alarm")];
  later(() => remove(names));
  for (const name of names) await put(name, 1);
  return (await find(prefix)).map(({ AlarmName = "" }) => AlarmName.replace(prefix, "")).sort();
});

/**
 * "When you specify a metric, you must include its dimensions": another machine's points are another metric's, and one
 * quiet period is not six.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Dimension
 */
conforms(
  "an alarm judges its own machine's metric, and one point is not all its periods",
  ["another machine's: quiet", "its own: quiet"],
  async () => {
    const [AlarmName, MetricName] = [unique("alarm"), unique("metric")];
    later(() => remove([AlarmName]));
    const metric = { Namespace: "moonbase-conformance", MetricName };
    const dimensions = (Value: string) => [{ Name: "InstanceId", Value }];
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        ...{
          ...metric,
          AlarmName,
          Dimensions: dimensions("i-1"),
          Statistic: "Sum",
          TreatMissingData: "notBreaching",
        },
        ...{ Period: 300, EvaluationPeriods: 6, Threshold: 100, ComparisonOperator: "LessThanThreshold" },
      }),
    );
    const pointOf = async (instanceId: string) => {
      const point = { MetricName, Dimensions: dimensions(instanceId), Value: 1 };
      await cloudWatch.send(new PutMetricDataCommand({ Namespace: metric.Namespace, MetricData: [point] }));
      return (await find(AlarmName))[0]?.StateValue === "ALARM" ? "goes off" : "quiet";
    };
    return [`another machine's: ${await pointOf("i-2")}`, `its own: ${await pointOf("i-1")}`];
  },
  "alarmsJudgeAllPointsAtOnce",
);

/** "If you specify any incorrect alarm names, the alarms you specify with correct names are still deleted." (API_DeleteAlarms) */
conforms(
  "an alarm that is gone already does not keep the rest from being deleted",
  ["no error", 0],
  async () => {
    const AlarmName = unique("alarm");
    await put(AlarmName, 1);
    return [await errorOf(() => remove([unique("alarm"), AlarmName])), (await find(AlarmName)).length];
  },
);

/**
 * "Subject … Constraints: Subjects must be UTF-8 text with no line breaks or control characters, and less than 100
 * characters long." https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
conforms(
  "a notice's subject has an end, and what is longer is refused",
  ["no error", "InvalidParameterException"],
  async () => {
    const { TopicArn = "" } = await notices.send(new CreateTopicCommand({ Name: unique("topic") }));
    later(() => notices.send(new DeleteTopicCommand({ TopicArn })));
    const publish = (length: number) =>
      errorOf(() =>
        notices.send(new PublishCommand({ TopicArn, Subject: "x".repeat(length), Message: "text" })),
      );
    return [await publish(99), await publish(101)];
  },
  "subjectsHaveNoEnd",
);
