import { randomBytes } from "node:crypto";
import { PutParameterCommand, type PutParameterCommandInput } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { ssm } from "../session/clients.ts";
import { nameOf, unless } from "../session/errors.ts";
import { log } from "../session/log.ts";
import { type Answer, answer, request } from "./answer.ts";

const properties = z.object({
  PasswordParameter: z.string(),
  RepositoryParameter: z.string(),
  Repository: z.string(),
  /** The key that locks the password; left out: AWS's own. */
  Key: z.string().optional(),
  AnsibleParameter: z.string(),
  AnsibleSource: z.string(),
});

/**
 * Makes what CloudFormation cannot make, a SecureString, and only if it is not there yet: a second password would lock
 * everybody out of what was saved under the first. Where the repository is goes with it, for the same reason. What a deployment
 * says of Ansible is said anew each time. Nothing is taken away with the stack, and the password leaves this function to nowhere but Parameter Store.
 */
export async function handler(event: unknown): Promise<void> {
  const asked = request.parse(event);
  await answer(asked, await made(asked.RequestType, asked.ResourceProperties));
}

async function made(type: string, given: unknown): Promise<Answer> {
  try {
    const wanted = properties.parse(given);
    if (type !== "Delete") {
      await putOnce({ Name: wanted.RepositoryParameter, Type: "String", Value: wanted.Repository });
      await putOnce({
        Name: wanted.PasswordParameter,
        Type: "SecureString",
        Value: randomBytes(32).toString("base64url"),
        KeyId: wanted.Key,
      });
      await put({
        Name: wanted.AnsibleParameter,
        Type: "String",
        Value: wanted.AnsibleSource,
        Overwrite: true,
      });
    }
    return { Status: "SUCCESS", PhysicalResourceId: wanted.PasswordParameter };
  } catch (error) {
    // The name alone: what an error says may repeat what was sent.
    const reason = nameOf(error);
    log.error("parameters could not be made", { reason });
    // Whatever is wrong, the stack must be able to go: nothing is taken away anyhow.
    return { Status: type === "Delete" ? "SUCCESS" : "FAILED", Reason: reason };
  }
}

const put = (parameter: PutParameterCommandInput) => ssm.send(new PutParameterCommand(parameter));

async function putOnce(parameter: PutParameterCommandInput): Promise<void> {
  const created = await unless(["ParameterAlreadyExists"], () => put({ ...parameter, Overwrite: false }));
  log.info(created === undefined ? "parameter is there already" : "parameter made", { name: parameter.Name });
}
