import { GetParameterCommand } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { ssm } from "../../session/clients.ts";
import { unless } from "../../session/errors.ts";
import { namesOf } from "../../session/names.ts";
import { failTask } from "../../session/notes.ts";
import { settings } from "../../session/settings.ts";
import type { CallOff } from "../decision.ts";

const note = z
  .string()
  .transform((text) => JSON.parse(text))
  .pipe(z.object({ taskToken: z.string() }));

/** The workflows know what these mean: whoever asked for a save need not ask again. */
const errors = { launch: "MachineFailed", save: "MachineGone", backup: "MachineGone" } as const;

/** Answers in the dead machine's name. Without a note, who wants to leave one will see for itself that it is dead. */
export async function callOff({ what, instanceId, cause }: CallOff): Promise<void> {
  const { machineParameter, saveParameter, backupParameter } = namesOf(settings().stage);
  const notes = { launch: machineParameter, save: saveParameter, backup: backupParameter };
  const Name = notes[what](instanceId);
  const found = await unless(["ParameterNotFound"], () =>
    ssm.send(new GetParameterCommand({ Name, WithDecryption: true })),
  );
  if (found === undefined) return;
  const { taskToken } = note.parse(found.Parameter?.Value);
  await failTask(taskToken, errors[what], cause);
}
