import { paginateDescribeSubnets, type Subnet } from "@aws-sdk/client-ec2";
import type { Market } from "../../blueprints/index.ts";
import type { Provision } from "../../workflows/launch.contract.ts";
import { kindOf } from "../session/choices.ts";
import { ec2 } from "../session/clients.ts";
import { findMachines, isGoing, terminateIds } from "../session/machines.ts";
import type { Machine, SessionRecord } from "../session/record.ts";
import { region, settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { getSession, stillLaunching, updateSession } from "../session/store.ts";
import { sessionFilters } from "../session/tags.ts";
import type { Judgement } from "./capacity.ts";
import { requestFleet } from "./fleet.ts";
import type { FleetFacts } from "./fleet-request.ts";
import { priced, type Sighting, sightingOf } from "./machine-facts.ts";

const markets: Market[] = ["spot", "on-demand"];

/** Gets the session its one machine: the one that a retry finds, else one from spot, else one on demand. */
export async function provision(event: unknown): Promise<Provision> {
  const { session } = stepOf(event);
  const record = await getSession(session);
  if (record.status === "ready" && record.machine !== undefined) return provisioned(record.machine);

  const found = await earlierMachine(record);
  if (!wantsMachine(record)) {
    await terminateIds(found === undefined ? [] : [found.instanceId]);
    return ended(session);
  }
  if (found !== undefined) return keep(session, found);

  const facts = {
    stage: settings().stage,
    session,
    region: region(),
    blueprint: kindOf(record),
    subnets: await defaultSubnets(),
  };
  if (facts.subnets.length === 0) {
    const message = `${facts.region} has no default VPC with subnets; make one: aws ec2 create-default-vpc`;
    return { outcome: "not-possible", message };
  }
  const answer = await askMarkets(facts);
  return "sighting" in answer
    ? keep(session, answer.sighting)
    : { outcome: answer.judgement.outcome, message: answer.judgement.reason };
}

async function askMarkets(facts: FleetFacts): Promise<{ sighting: Sighting } | { judgement: Judgement }> {
  const reasons: string[] = [];
  let judgement: Judgement = { tryOtherMarket: true, outcome: "no-capacity", reason: "" };
  for (const market of markets) {
    const answer = await requestFleet(facts, market);
    if ("sighting" in answer) return answer;
    judgement = answer.judgement;
    reasons.push(`${market}: ${judgement.reason}`);
    if (!judgement.tryOtherMarket) break;
  }
  return { judgement: { ...judgement, reason: reasons.join("; ") } };
}

/** A machine that an attempt before this one made. Engines and lost replies can make two: the oldest stays. */
async function earlierMachine({ id, machine }: SessionRecord): Promise<Sighting | undefined> {
  const instances = await findMachines(sessionFilters(settings().stage, id));
  const sightings = instances.filter((instance) => !isGoing(instance)).map(sightingOf);
  const [oldest, ...rest] = sightings.toSorted(
    (one, other) =>
      Number(other.instanceId === machine?.instanceId) - Number(one.instanceId === machine?.instanceId) ||
      one.launchedAt.getTime() - other.launchedAt.getTime(),
  );
  await terminateIds(rest.map(({ instanceId }) => instanceId));
  return oldest;
}

/**
 * Writes the machine down, if the session still wants one and has no other. Otherwise it is taken away at once:
 * a teardown that listed before this machine was made cannot have seen it.
 */
async function keep(session: string, sighting: Sighting): Promise<Provision> {
  const machine = await priced(sighting, region());
  const kept = await updateSession(
    session,
    { machine },
    {
      ...stillLaunching,
      expression: `${stillLaunching.expression} AND (attribute_not_exists(machine) OR machine.instanceId = :mine)`,
      values: { ...stillLaunching.values, ":mine": machine.instanceId },
    },
  );
  if (kept) return provisioned(machine);
  await terminateIds([machine.instanceId]);
  const now = await getSession(session);
  return wantsMachine(now) && now.machine !== undefined ? provisioned(now.machine) : ended(session);
}

const wantsMachine = ({ status, claim }: SessionRecord) => status === "launching" && claim === undefined;

const provisioned = ({ instanceType, market, zone }: Machine): Provision => ({
  outcome: "provisioned",
  message: `${instanceType}, ${market}, in ${zone}`,
});

const ended = (session: string): Provision => ({
  outcome: "session-ended",
  message: `session "${session}" was ended while it was launching`,
});

async function defaultSubnets(): Promise<Subnet[]> {
  const found: Subnet[] = [];
  const Filters = [{ Name: "default-for-az", Values: ["true"] }];
  for await (const page of paginateDescribeSubnets({ client: ec2 }, { Filters })) {
    found.push(...(page.Subnets ?? []));
  }
  // In an order of ours: asked again with the same token, the request must be the same to the letter.
  return found.toSorted((one, other) => (one.SubnetId ?? "").localeCompare(other.SubnetId ?? ""));
}
