import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { tagKeys } from "../../functions/session/tags.ts";
import { resolve } from "./resolve.ts";
import { defaults, onlyOne, resourcesOf, synthesize } from "./synthesize.ts";

const { control } = defaults().templates;
const propertiesOf = (type: string) =>
  resourcesOf(type, control).map(({ Properties }) =>
    z.record(z.string(), z.unknown()).parse(resolve(Properties, control)),
  );
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;

describe("hints", () => {
  const rules = propertiesOf("AWS::Events::Rule").filter(({ EventPattern }) => EventPattern !== undefined);

  test("are the seven that react knows", () => {
    const patterns = Object.fromEntries(rules.map(({ Name, EventPattern }) => [Name, EventPattern]));
    expect(patterns).toEqual({
      "moonbase-workflow-ended": {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          status: ["FAILED", "TIMED_OUT", "ABORTED"],
          stateMachineArn: ["moonbase-launch", "moonbase-teardown"].map((name) =>
            arn("states", `stateMachine:${name}`),
          ),
        },
      },
      "moonbase-machine-ended": {
        source: ["aws.ec2"],
        "detail-type": ["EC2 Instance State-change Notification"],
        detail: { state: ["stopped", "shutting-down", "terminated"] },
      },
      "moonbase-spot-warning": {
        source: ["aws.ec2"],
        "detail-type": ["EC2 Spot Instance Interruption Warning"],
      },
      "moonbase-spot-rebalance": {
        source: ["aws.ec2"],
        "detail-type": ["EC2 Instance Rebalance Recommendation"],
      },
      "moonbase-machine-idle": {
        source: ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        detail: { alarmName: [{ wildcard: "moonbase/*/idle" }], state: { value: ["ALARM"] } },
      },
      "moonbase-machine-asks": {
        source: ["moonbase.machine"],
        "detail-type": ["machine asks for its end", "machine is on its tailnet"],
      },
      "moonbase-look-again": {
        source: ["moonbase.sweep"],
        "detail-type": ["look again"],
        detail: { stage: ["moonbase"] },
      },
    });
  });

  test.each(rules)("$Name reaches react whole, is tried for two hours, then kept", ({ Targets }) => {
    expect(Targets).toEqual([
      {
        Id: expect.any(String),
        Arn: "moonbase-react.Arn",
        DeadLetterConfig: { Arn: "moonbase-dead-letters.Arn" },
        RetryPolicy: { MaximumEventAgeInSeconds: 7200, MaximumRetryAttempts: 185 },
      },
    ]);
  });

  test("a machine says the very words that its rule listens for", () => {
    const script = ["ask", "hint", "tailnet"]
      .map((name) => readFileSync(join(import.meta.dirname, `../../instance-scripts/lib/${name}.sh`), "utf8"))
      .join("\n");
    const { EventPattern } = rules.find(({ Name }) => Name === "moonbase-machine-asks") ?? {};
    const pattern = z.object({ source: z.array(z.string()), "detail-type": z.array(z.string()) });
    const { source, "detail-type": detailType } = pattern.parse(EventPattern);
    for (const word of source) expect(script).toContain(`\\"${word}\\"`);
    for (const word of detailType) expect(script).toContain(`hint_put "${word}"`);
    expect(script).toContain("tag_itself asks ");
    expect(script).toContain("tag_itself tailscale ");
    expect([tagKeys.asks, tagKeys.tailscale]).toEqual(["moonbase:asks", "moonbase:tailscale"]);
  });

  test("each may call react, and nobody else may", () => {
    const permissions = propertiesOf("AWS::Lambda::Permission").filter(
      ({ Principal, FunctionName }) =>
        Principal !== "sns.amazonaws.com" && FunctionName !== "moonbase-sweep.Arn",
    );
    expect(permissions).toHaveLength(rules.length);
    for (const permission of permissions) {
      expect(permission).toMatchObject({
        FunctionName: "moonbase-react.Arn",
        Principal: "events.amazonaws.com",
      });
      expect(permission.SourceArn).toMatch(/\.Arn$/);
    }
  });
});

test("the expiry schedules of sessions have a group to live in", () => {
  expect(propertiesOf("AWS::Scheduler::ScheduleGroup").map(({ Name }) => Name)).toEqual([
    "moonbase-sessions",
  ]);
});

describe("retention", () => {
  const schedulesWith = (retention: object | null) => {
    const { templates } = synthesize({ moonbase: { retention } });
    return resourcesOf("AWS::Scheduler::Schedule", templates.control).map(({ Properties }) =>
      resolve(Properties, templates.control),
    );
  };

  test("is due once a week by the operator's clock, and three hours more in case it is put off", () => {
    const [schedule, ...others] = schedulesWith({ day: "wednesday", hour: 2, timeZone: "Europe/Berlin" });
    expect(others).toEqual([]);
    expect(schedule).toEqual({
      Name: "moonbase-retention",
      GroupName: "moonbase-sessions",
      Description: expect.any(String),
      ScheduleExpression: "cron(0 2-5 ? * WED *)",
      ScheduleExpressionTimezone: "Europe/Berlin",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: arn("lambda", "function:moonbase-react"),
        RoleArn: "arn:aws:iam::111122223333:role/moonbase-scheduler",
        Input: expect.any(String),
        DeadLetterConfig: { Arn: arn("sqs", "moonbase-dead-letters") },
        RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 1800 },
      },
    });
    const { Target } = z.object({ Target: z.object({ Input: z.string() }) }).parse(schedule);
    expect(JSON.parse(Target.Input)).toEqual({
      source: "moonbase.schedule",
      "detail-type": "retention",
      detail: { scheduledTime: "<aws.scheduler.scheduled-time>" },
    });
  });

  test("waits for its group, which it only names", () => {
    const [{ DependsOn } = {}] = Object.values(control.Resources).filter(
      ({ Type }) => Type === "AWS::Scheduler::Schedule",
    );
    const group = Object.entries(control.Resources).find(
      ([, { Type }]) => Type === "AWS::Scheduler::ScheduleGroup",
    );
    expect(DependsOn).toContain(group?.[0]);
  });

  test("is never due where every backup is kept", () => {
    expect(schedulesWith(null)).toEqual([]);
    const { templates } = synthesize({ moonbase: { retention: null } });
    expect(JSON.stringify(templates.control)).not.toContain("StartRetention");
  });
});

test("the sweep is called every ten minutes, not by Scheduler, and what could not be called is kept", () => {
  const timed = propertiesOf("AWS::Events::Rule").filter(({ ScheduleExpression }) => ScheduleExpression);
  expect(timed).toMatchObject([
    {
      Name: "moonbase-sweep",
      ScheduleExpression: "rate(10 minutes)",
      Targets: [
        {
          Arn: expect.stringMatching(/moonbase-sweep/),
          DeadLetterConfig: { Arn: expect.stringMatching(/dead-letters/) },
        },
      ],
    },
  ]);
});

test("dead letters are kept for two weeks and raise an alarm that tells the operator", () => {
  expect(onlyOne("AWS::SQS::Queue", control).Properties).toMatchObject({
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: 14 * 24 * 3600,
  });
  const alarm = propertiesOf("AWS::CloudWatch::Alarm").find(
    ({ AlarmName }) => AlarmName === "moonbase-dead-letters",
  );
  expect(alarm).toMatchObject({ MetricName: "ApproximateNumberOfMessagesVisible", Threshold: 1 });
});

describe("alarms", () => {
  const alarms = propertiesOf("AWS::CloudWatch::Alarm");

  test("of an idle deployment are few: ten are free in an account", () => {
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
      "moonbase-dead-letters",
      "moonbase-launch-failures",
      "moonbase-teardown-failures",
    ]);
  });

  test.each(alarms)("$AlarmName tells the operator, and takes silence for good news", (alarm) => {
    expect(alarm).toMatchObject({
      AlarmActions: ["moonbase-notices"],
      TreatMissingData: "notBreaching",
      EvaluationPeriods: 1,
    });
  });

  test.each(["launch", "teardown"])("failures of %s are counted within an hour", (story) => {
    expect(alarms).toContainEqual(
      expect.objectContaining({
        AlarmName: `moonbase-${story}-failures`,
        MetricName: "ExecutionsFailed",
        Dimensions: [{ Name: "StateMachineArn", Value: arn("states", `stateMachine:moonbase-${story}`) }],
        Period: 3600,
        Threshold: 3,
      }),
    );
  });
});

test("queue and topics refuse what comes without TLS", () => {
  const policies = ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"].flatMap((type) =>
    resourcesOf(type, control),
  );
  expect(policies).toHaveLength(3);
  for (const { Properties } of policies) {
    expect(JSON.stringify(Properties)).toContain('"aws:SecureTransport":"false"');
  }
});

test("mail goes out only to an address that was given", () => {
  const mails = (from: typeof control) =>
    resourcesOf("AWS::SNS::Subscription", from)
      .map(({ Properties }) => Properties)
      .filter(({ Protocol }) => Protocol === "email");
  expect(mails(control)).toEqual([]);
  const { templates } = synthesize({ moonbase: { notifyEmail: "me@example.org" } });
  expect(mails(templates.control)).toMatchObject([{ Endpoint: "me@example.org" }]);
});
