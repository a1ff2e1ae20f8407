import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { ec2 } from "../../session/clients.ts";
import { tagKeys, tagText } from "../../session/tags.ts";

/** What the control plane has for a machine: an order, and a line for whoever is logged in. */
export interface Word {
  wants?: string;
  tells?: string;
  /** The answer to what it asks for. */
  heard?: string;
}

export async function say(instanceId: string, { wants, tells, heard }: Word): Promise<void> {
  const Tags = [
    ...(wants === undefined ? [] : [{ Key: tagKeys.wants, Value: wants }]),
    ...(heard === undefined ? [] : [{ Key: tagKeys.heard, Value: tagText(heard) }]),
    ...(tells === undefined ? [] : [{ Key: tagKeys.tells, Value: tagText(tells) }]),
  ];
  await ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags }));
}
