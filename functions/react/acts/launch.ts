import { SendTaskFailureCommand } from "@aws-sdk/client-sfn";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { sfn, ssm } from "../../session/clients.ts";
import { unless } from "../../session/errors.ts";
import { namesOf } from "../../session/names.ts";
import { settings } from "../../session/settings.ts";
import type { FailLaunch } from "../decision.ts";

const note = z
  .string()
  .transform((text) => JSON.parse(text))
  .pipe(z.object({ taskToken: z.string() }));

/** Answers the waiting launch in the dead machine's name. Without a note, `invite` will see for itself that it is dead. */
export async function failLaunch({ instanceId, cause }: FailLaunch): Promise<void> {
  const Name = namesOf(settings().stage).machineParameter(instanceId);
  const found = await unless(["ParameterNotFound"], () =>
    ssm.send(new GetParameterCommand({ Name, WithDecryption: true })),
  );
  if (found === undefined) return;
  const { taskToken } = note.parse(found.Parameter?.Value);
  await unless(["TaskDoesNotExist", "TaskTimedOut", "InvalidToken"], () =>
    sfn.send(new SendTaskFailureCommand({ taskToken, error: "MachineFailed", cause })),
  );
}
