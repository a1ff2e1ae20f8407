import { DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DeleteNetworkInterfaceCommand, DeleteSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { DeleteParametersCommand } from "@aws-sdk/client-ssm";
import { cloudwatch, ec2, ssm } from "../session/clients.ts";
import { unless } from "../session/errors.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { listResources } from "./resources.ts";

/**
 * Removes everything of the session that is not a machine. What is gone already is no error, and what cannot go
 * yet is left to the verification, which looks again and comes back here.
 */
export async function cleanUp(event: unknown): Promise<{ outcome: "cleaned" }> {
  const { session } = stepOf(event);
  const { alarms, parameters, networkInterfaces, securityGroups } = await listResources(
    settings().stage,
    session,
  );

  if (alarms.length > 0) await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: alarms }));
  if (parameters.length > 0) await ssm.send(new DeleteParametersCommand({ Names: parameters }));
  for (const NetworkInterfaceId of networkInterfaces) {
    await unless(
      ["InvalidNetworkInterfaceID.NotFound", "InvalidNetworkInterface.InUse", "InvalidParameterValue"],
      () => ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })),
    );
  }
  for (const GroupId of securityGroups) {
    await unless(["InvalidGroup.NotFound", "DependencyViolation"], () =>
      ec2.send(new DeleteSecurityGroupCommand({ GroupId })),
    );
  }
  return { outcome: "cleaned" };
}
