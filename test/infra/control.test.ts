import { describe, expect, test } from "vitest";
import { z } from "zod";
import { resolve } from "./resolve.ts";
import { defaults, resourcesOf } from "./synthesize.ts";

const { control } = defaults().templates;
const propertiesOf = (type: string) =>
  resourcesOf(type, control).map(({ Properties }) =>
    z.record(z.string(), z.unknown()).parse(resolve(Properties, control)),
  );
const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;

describe("functions", () => {
  const functions = propertiesOf("AWS::Lambda::Function");

  test("are one per workflow, the one for events and the one that sweeps", () => {
    expect(functions.map(({ FunctionName }) => FunctionName).sort()).toEqual([
      "moonbase-backup",
      "moonbase-extend",
      "moonbase-launch",
      "moonbase-react",
      "moonbase-ssh",
      "moonbase-sweep",
      "moonbase-teardown",
    ]);
  });

  test.each(functions)("$FunctionName is built the one way", (properties) => {
    expect(properties).toMatchObject({
      Runtime: "nodejs24.x",
      Architectures: ["arm64"],
      MemorySize: 512,
      Timeout: 50,
      TracingConfig: { Mode: "Active" },
      LoggingConfig: { LogGroup: `/aws/lambda/${properties.FunctionName}` },
    });
  });

  test("are told names, which are the ones in the template", () => {
    const [{ Environment } = {}] = functions;
    const { Variables } = z.object({ Variables: z.record(z.string(), z.string()) }).parse(Environment);
    expect(JSON.parse(Variables.MOONBASE_SETTINGS ?? "")).toEqual({
      stage: "moonbase",
      maximumSessions: 10,
      monthlyBudget: 2,
      onSaveFailure: "keep",
      choices: { devbox: { variant: "debian-12-arm64", rootGiB: 16 } },
      ownKey: false,
      allowSsh: false,
      sshAllowedCidr: null,
      retention: {
        ...{ day: "sunday", hour: 4, timeZone: "UTC" },
        ...{ keepHourly: 24, keepDaily: 14, keepWeekly: 8, keepMonthly: 12 },
      },
      launchWorkflowArn: arn("states", "stateMachine:moonbase-launch"),
      teardownWorkflowArn: arn("states", "stateMachine:moonbase-teardown"),
      extendWorkflowArn: arn("states", "stateMachine:moonbase-extend"),
      sshWorkflowArn: arn("states", "stateMachine:moonbase-ssh"),
      scheduledWorkflowArns: {},
      reactFunctionArn: arn("lambda", "function:moonbase-react"),
      schedulerRoleArn: "arn:aws:iam::111122223333:role/moonbase-scheduler",
      deadLetterQueueArn: arn("sqs", "moonbase-dead-letters"),
      noticesTopicArn: arn("sns", "moonbase-notices"),
      backupBucket: "moonbase-backup-111122223333-eu-west-1",
    });
  });

  test.each(["react", "sweep"])(
    "%s keeps the events that it fails on, because Lambda drops them after the third try",
    (name) => {
      const found = functions.find(({ FunctionName }) => FunctionName === `moonbase-${name}`);
      expect(found?.DeadLetterConfig).toEqual({ TargetArn: "moonbase-dead-letters.Arn" });
    },
  );
});

test("every log has an end, and each function and workflow its own", () => {
  const logs = propertiesOf("AWS::Logs::LogGroup");
  expect(logs.map(({ LogGroupName }) => LogGroupName).sort()).toEqual([
    "/aws/lambda/moonbase-backup",
    "/aws/lambda/moonbase-extend",
    "/aws/lambda/moonbase-launch",
    "/aws/lambda/moonbase-react",
    "/aws/lambda/moonbase-ssh",
    "/aws/lambda/moonbase-sweep",
    "/aws/lambda/moonbase-teardown",
    "/aws/vendedlogs/states/moonbase-backup",
    "/aws/vendedlogs/states/moonbase-extend",
    "/aws/vendedlogs/states/moonbase-launch",
    "/aws/vendedlogs/states/moonbase-ssh",
    "/aws/vendedlogs/states/moonbase-teardown",
  ]);
  for (const { RetentionInDays } of logs) expect(RetentionInDays).toBe(30);
});

describe("workflows", () => {
  test.each(propertiesOf("AWS::StepFunctions::StateMachine"))(
    "$StateMachineName is told and traced",
    (machine) => {
      expect(machine).toMatchObject({
        StateMachineType: "STANDARD",
        TracingConfiguration: { Enabled: true },
        // The data of a task holds the machine's token.
        LoggingConfiguration: { Level: "ALL", IncludeExecutionData: false },
      });
      const { DefinitionString, DefinitionSubstitutions } = z
        .object({ DefinitionString: z.string(), DefinitionSubstitutions: z.record(z.string(), z.string()) })
        .parse(machine);
      const named = [...DefinitionString.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
      expect([...new Set(named)].sort()).toEqual(Object.keys(DefinitionSubstitutions).sort());
    },
  );
});
