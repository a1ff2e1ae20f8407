import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { engine, machinesOf } from "../workflows/session.ts";

/** What a tag of the session's machine says. */
export async function tagOf(session: string, key: string): Promise<string | undefined> {
  const [machine] = await machinesOf(session);
  return machine?.Tags?.find(({ Key }) => Key === key)?.Value;
}

/** As the control plane does it. */
export async function tagMachine(instanceId: string, key: string, value: string): Promise<void> {
  const Tags = [{ Key: key, Value: value }];
  await engine.clients.ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags }));
}
