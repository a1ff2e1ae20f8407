import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { ec2 } from "../../session/clients.ts";
import { tagKeys } from "../../session/tags.ts";

/** What the control plane has for a machine: an order, and a line for whoever is logged in. */
export interface Word {
  wants?: string;
  tells?: string;
}

/** EC2 takes at most this many characters in a tag, and only these: the line ends on a terminal. */
const longestTag = 256;
const speakable = (text: string) => text.replace(/[^\w .:/@+=-]/g, " ").slice(0, longestTag);

export async function say(instanceId: string, { wants, tells }: Word): Promise<void> {
  const Tags = [
    ...(wants === undefined ? [] : [{ Key: tagKeys.wants, Value: wants }]),
    ...(tells === undefined ? [] : [{ Key: tagKeys.tells, Value: speakable(tells) }]),
  ];
  await ec2.send(new CreateTagsCommand({ Resources: [instanceId], Tags }));
}
