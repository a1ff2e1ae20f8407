import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
} from "@aws-sdk/client-ec2";
import { namesOf } from "../../functions/session/names.ts";
import type { Clients } from "../../local/clients.ts";

/**
 * Changes the user data of a blueprint's machines, as a new version of the launch template; launches take the latest.
 * Disposing of it brings the shipped user data back.
 */
export async function otherUserData(
  { ec2 }: Clients,
  stage: string,
  change: (shipped: string) => string | Promise<string>,
  blueprint = "admin",
): Promise<AsyncDisposable> {
  const LaunchTemplateName = namesOf(stage).launchTemplate(blueprint);
  const wanted = { LaunchTemplateName, Versions: ["$Latest"] };
  const { LaunchTemplateVersions } = await ec2.send(new DescribeLaunchTemplateVersionsCommand(wanted));
  const data = LaunchTemplateVersions?.[0]?.LaunchTemplateData;
  if (data?.UserData === undefined) throw new Error(`${LaunchTemplateName} has no user data`);
  const { UserData: shipped, ImageId, TagSpecifications } = data;
  // As much of a template as the engine makes machines from.
  const put = (UserData: string) => {
    const LaunchTemplateData = { UserData, ImageId, TagSpecifications };
    return ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateName, LaunchTemplateData }));
  };
  const changed = await change(Buffer.from(shipped, "base64").toString());
  await put(Buffer.from(changed).toString("base64"));
  return {
    [Symbol.asyncDispose]: async () => {
      await put(shipped);
    },
  };
}
