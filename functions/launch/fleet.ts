import {
  CreateFleetCommand,
  type CreateFleetCommandOutput,
  EC2ServiceException,
  type Subnet,
} from "@aws-sdk/client-ec2";
import type { Market } from "../../blueprints/index.ts";
import { ec2 } from "../session/clients.ts";
import { log } from "../session/log.ts";
import { type FleetError, type Judgement, judgeRefusals, refusalOf } from "./capacity.ts";
import { type FleetFacts, fleetRequest } from "./fleet-request.ts";
import type { Sighting } from "./machine-facts.ts";

export type FleetAnswer = { sighting: Sighting } | { judgement: Judgement };

/** Asks one market for one machine: a machine, or what the refusal means. Outages are thrown. */
export async function requestFleet(facts: FleetFacts, market: Market): Promise<FleetAnswer> {
  const reply = await ask(facts, market);
  const sighting = "errors" in reply ? undefined : firstInstance(reply, facts.subnets);
  if (sighting !== undefined) return { sighting };
  const judgement = judgeRefusals("errors" in reply ? reply.errors : errorsOf(reply));
  log.warn("fleet came back empty", { market, reason: judgement.reason });
  return { judgement };
}

async function ask(facts: FleetFacts, market: Market) {
  try {
    return await ec2.send(new CreateFleetCommand(fleetRequest(facts, market)));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { errors: [{ code: error.name, message: error.message }] };
  }
}

/**
 * A reply without instances is not a success, whatever its status says. The machine is described from the reply,
 * because DescribeInstances may not know it for some seconds.
 */
function firstInstance({ Instances }: CreateFleetCommandOutput, subnets: Subnet[]): Sighting | undefined {
  const pool = Instances?.find(({ InstanceIds }) => (InstanceIds ?? []).length > 0);
  const instanceId = pool?.InstanceIds?.[0];
  if (pool === undefined || instanceId === undefined) return undefined;
  const chosen = pool.LaunchTemplateAndOverrides?.Overrides;
  const subnet = subnets.find(({ SubnetId }) => SubnetId === chosen?.SubnetId);
  return {
    instanceId,
    instanceType: pool.InstanceType,
    zone: chosen?.AvailabilityZone ?? subnet?.AvailabilityZone ?? "unknown",
    market: pool.Lifecycle === "spot" ? "spot" : "on-demand",
    launchedAt: new Date(),
  };
}

const errorsOf = ({ Errors }: CreateFleetCommandOutput): FleetError[] =>
  (Errors ?? []).map(({ ErrorCode, ErrorMessage }) => ({
    code: ErrorCode ?? "Unknown",
    message: ErrorMessage ?? "",
  }));

/** After a mismatch the machine of the first request is there: the next attempt finds it by its tag. */
const retried = ["RequestLimitExceeded", "IdempotentParameterMismatch"];

/** EC2 said no, as against EC2 could not answer: throttling and outages are for the workflow to retry. */
const isRefusal = (error: unknown): error is EC2ServiceException =>
  error instanceof EC2ServiceException &&
  error.$retryable === undefined &&
  !retried.includes(error.name) &&
  (error.$fault === "client" || refusalOf(error.name) !== "permanent");
