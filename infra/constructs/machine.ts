import { CfnLaunchTemplate, CfnSecurityGroup } from "aws-cdk-lib/aws-ec2";
import { CfnInstanceProfile, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Blueprint } from "../../blueprints/index.ts";
import type { namesOf } from "../../functions/session/names.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import type { Grant } from "../policies/grant.ts";
import { HandWrittenRole } from "./hand-written-role.ts";
import type { ScriptBundle } from "./script-bundle.ts";
import { userData } from "./user-data.ts";

interface MachineProps {
  stage: string;
  names: ReturnType<typeof namesOf>;
  blueprint: Blueprint;
  bundle: ScriptBundle;
  stubFile: string;
  grants: Grant[];
  /** A key pair of EC2's; null: none. */
  sshKeyName: string | null;
}

const isBurstable = (type: string) => /^t\d/.test(type);

/** What one blueprint needs before any session of it exists: group, role, launch template. */
export class Machine extends Construct {
  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const { stage, names, blueprint, bundle, stubFile, grants, sshKeyName } = props;
    const tags = [
      { key: tagKeys.stage, value: stage },
      { key: tagKeys.blueprint, value: blueprint.name },
      { key: "Name", value: names.launchTemplate(blueprint.name) },
    ];

    // No VpcId: the default VPC, without looking it up. Egress stays EC2's default, everything out: CloudFormation
    // takes no egress rules without a VpcId, and kubectl goes to whatever port a cluster has.
    // No ingress: a session's own group carries its one rule.
    const group = new CfnSecurityGroup(this, "Group", {
      groupName: names.securityGroup(blueprint.name),
      groupDescription: `${blueprint.name} machines of ${stage}: nothing comes in`,
      tags,
    });

    const { role } = new HandWrittenRole(this, "Identity", {
      roleName: names.machineRole(blueprint.name),
      description: `What machines of blueprint ${blueprint.name} in stage ${stage} may do`,
      assumedBy: new ServicePrincipal("ec2.amazonaws.com"),
      grants,
    });
    const profile = new CfnInstanceProfile(this, "Profile", {
      instanceProfileName: names.machineRole(blueprint.name),
      roles: [role.roleName],
    });

    new CfnLaunchTemplate(this, "Template", {
      launchTemplateName: names.launchTemplate(blueprint.name),
      tagSpecifications: [{ resourceType: "launch-template", tags }],
      launchTemplateData: {
        imageId: `resolve:ssm:${blueprint.image.parameter}`,
        iamInstanceProfile: { name: profile.ref },
        securityGroupIds: [group.attrGroupId],
        ...(blueprint.door?.opens === "on-request" && sshKeyName !== null && { keyName: sshKeyName }),
        userData: userData(stubFile, blueprint.name, bundle),
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
          instanceMetadataTags: "enabled",
        },
        blockDeviceMappings: [
          {
            deviceName: blueprint.image.rootDevice,
            ebs: {
              volumeType: "gp3",
              volumeSize: blueprint.storage.rootGiB,
              encrypted: true,
              deleteOnTermination: true,
            },
          },
        ],
        instanceInitiatedShutdownBehavior: "terminate",
        // T3 defaults to "unlimited", which bills a busy throw-away machine beyond its price; other types have no credits.
        ...(blueprint.instanceTypes.some(isBurstable) && { creditSpecification: { cpuCredits: "standard" } }),
        monitoring: { enabled: false },
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
          resourceType,
          tags,
        })),
      },
    });
  }
}
