import { randomBytes } from "node:crypto";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { ssm } from "../session/clients.ts";
import { nameOf, unless } from "../session/errors.ts";
import { log } from "../session/log.ts";
import { type Answer, answer, request } from "./answer.ts";

const properties = z.object({
  PasswordParameter: z.string(),
  RepositoryParameter: z.string(),
  Repository: z.string(),
});

/**
 * Makes what CloudFormation cannot make, a SecureString, and only if it is not there yet: a second password would lock
 * everybody out of what was saved under the first. Where the repository is goes with it, for the same reason. Neither is taken
 * away with the stack, and the password leaves this function to nowhere but Parameter Store.
 */
export async function handler(event: unknown): Promise<void> {
  const asked = request.parse(event);
  await answer(asked, await made(asked.RequestType, asked.ResourceProperties));
}

async function made(type: string, given: unknown): Promise<Answer> {
  try {
    const { PasswordParameter, RepositoryParameter, Repository } = properties.parse(given);
    if (type !== "Delete") {
      await putOnce(RepositoryParameter, "String", () => Repository);
      await putOnce(PasswordParameter, "SecureString", () => randomBytes(32).toString("base64url"));
    }
    return { Status: "SUCCESS", PhysicalResourceId: PasswordParameter };
  } catch (error) {
    // The name alone: what an error says may repeat what was sent.
    const reason = nameOf(error);
    log.error("parameters could not be made", { reason });
    // Whatever is wrong, the stack must be able to go: nothing is taken away anyhow.
    return { Status: type === "Delete" ? "SUCCESS" : "FAILED", Reason: reason };
  }
}

async function putOnce(Name: string, Type: "String" | "SecureString", make: () => string): Promise<void> {
  const put = new PutParameterCommand({ Name, Type, Value: make(), Overwrite: false });
  const created = await unless(["ParameterAlreadyExists"], () => ssm.send(put));
  log.info(created === undefined ? "parameter is there already" : "parameter made", { name: Name });
}
