import type { CreateFleetCommandInput, Subnet } from "@aws-sdk/client-ec2";
import type { Blueprint, Market } from "../../blueprints/index.ts";
import { type InstanceType, onDemandPrice } from "../../blueprints/prices.ts";
import { namesOf } from "../session/names.ts";
import { sessionTags } from "../session/tags.ts";

export interface FleetFacts {
  stage: string;
  session: string;
  region: string;
  blueprint: Blueprint;
  subnets: Subnet[];
}

/** EC2 takes prices as text; a tenth of a thousandth of a dollar is its own precision. */
const ceilingPrice = ({ blueprint, region }: FleetFacts, type: InstanceType) =>
  (onDemandPrice(type, region) * blueprint.spot.ceiling).toFixed(4);

/** Asked again with this token, EC2 answers with the machine it already gave. EC2 allows 64 characters: 62 at most. */
const clientToken = ({ stage, session }: FleetFacts, market: Market) =>
  `${stage}-${session}-${market === "spot" ? "spot" : "od"}`;

/**
 * One request for one machine over every type and zone of one market.
 * The image is repeated here because fleets do not read `resolve:ssm` from a launch template, only from an override.
 */
export function fleetRequest(facts: FleetFacts, market: Market): CreateFleetCommandInput {
  const { stage, session, blueprint, subnets } = facts;
  return {
    Type: "instant",
    ClientToken: clientToken(facts, market),
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: market },
    ...(market === "spot"
      ? {
          SpotOptions: {
            AllocationStrategy: blueprint.spot.allocation,
            InstanceInterruptionBehavior: "terminate" as const,
          },
        }
      : { OnDemandOptions: { AllocationStrategy: "prioritized" as const } }),
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: {
          LaunchTemplateName: namesOf(stage).launchTemplate(blueprint.name),
          Version: "$Latest",
        },
        Overrides: blueprint.instanceTypes.flatMap((type, priority) =>
          subnets.map((subnet) => ({
            InstanceType: type,
            SubnetId: subnet.SubnetId,
            Priority: priority,
            ImageId: `resolve:ssm:${blueprint.image.parameter}`,
            ...(market === "spot" && { MaxPrice: ceilingPrice(facts, type) }),
          })),
        ),
      },
    ],
    TagSpecifications: [{ ResourceType: "instance", Tags: sessionTags(stage, session) }],
  };
}
