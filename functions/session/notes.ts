import { SendTaskFailureCommand } from "@aws-sdk/client-sfn";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { sfn, ssm } from "./clients.ts";
import { unless } from "./errors.ts";
import { namesOf } from "./names.ts";
import { settings } from "./settings.ts";
import { sessionTags, tagKeys } from "./tags.ts";

interface Note {
  name: string;
  session: string;
  /** Of the only machine that may read it. */
  machineArn: string;
  value: object;
}

/** One SecureString that only this machine can read: `moonbase:machine` is matched with the caller's own ARN. */
export async function leaveNote({ name, session, machineArn, value }: Note): Promise<void> {
  const { stage, ownKey } = settings();
  const note = {
    Name: name,
    Type: "SecureString" as const,
    Value: JSON.stringify(value),
    ...(ownKey && { KeyId: namesOf(stage).ownKeyAlias }),
  };
  const Tags = [...sessionTags(stage, session), { Key: tagKeys.machine, Value: machineArn }];
  // SSM takes tags only with a new parameter and keeps them when it is overwritten.
  const created = await unless(["ParameterAlreadyExists"], () =>
    ssm.send(new PutParameterCommand({ ...note, Tags })),
  );
  if (created === undefined) await ssm.send(new PutParameterCommand({ ...note, Overwrite: true }));
}

/** Partition, region and account are those of an execution that is about it. */
export function instanceArn(executionArn: string, instanceId: string): string {
  const [, partition, , region, account] = executionArn.split(":");
  return `arn:${partition}:ec2:${region}:${account}:instance/${instanceId}`;
}

/** Answers in the place of who was to answer; nobody may wait for it any more. */
export async function failTask(taskToken: string, error: string, cause: string): Promise<void> {
  await unless(nobodyWaits, () => sfn.send(new SendTaskFailureCommand({ taskToken, error, cause })));
}

/** What of the errors of answering through a token says that nobody waits for it any more. */
const nobodyWaits = ["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"];
