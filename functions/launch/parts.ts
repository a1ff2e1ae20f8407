import { CreateTagsCommand, type Instance } from "@aws-sdk/client-ec2";
import { ec2 } from "../session/clients.ts";
import { sessionTags } from "../session/tags.ts";

/**
 * Writes the session on what came with a machine, so that its end finds them. A fleet request cannot: its tags reach
 * the machine alone. A volume may not be listed before the machine runs, so this is done early and once more at ready.
 * A volume that does not go with its machine is nobody's leftover: the session's name on it would be its death.
 */
export async function tagParts(stage: string, session: string, instance: Instance): Promise<void> {
  const volumes =
    instance.BlockDeviceMappings?.flatMap(({ Ebs }) =>
      Ebs?.DeleteOnTermination === false ? [] : (Ebs?.VolumeId ?? []),
    ) ?? [];
  const interfaces =
    instance.NetworkInterfaces?.flatMap(({ NetworkInterfaceId }) => NetworkInterfaceId ?? []) ?? [];
  const Resources = [...volumes, ...interfaces];
  if (Resources.length > 0)
    await ec2.send(new CreateTagsCommand({ Resources, Tags: sessionTags(stage, session) }));
}
