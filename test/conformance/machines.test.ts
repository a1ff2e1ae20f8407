import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { conforms, errorOf, unique } from "./conforms.ts";
import { fleetRequest, launch, machinesOf, stateOf, terminate } from "./fleet.ts";
import { ec2 } from "./target.ts";

/**
 * "Instances: Information about the instances that were launched by the fleet. Supported only for fleets of type
 * instant." "Errors: Information about the instances that could not be launched by the fleet."
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
 */
const shapeOf = async (market: "spot" | "on-demand") => {
  const { reply } = await launch(market);
  const [pool] = reply.Instances ?? [];
  return {
    pools: reply.Instances?.length,
    machines: pool?.InstanceIds?.length,
    type: pool?.InstanceType,
    lifecycle: pool?.Lifecycle,
    errors: reply.Errors?.length ?? 0,
  };
};
const one = { pools: 1, machines: 1, type: "t3.micro", errors: 0 };

conforms(
  "a fleet's reply names the machine, its type and its market: on demand",
  { ...one, lifecycle: "on-demand" },
  () => shapeOf("on-demand"),
);
conforms(
  "a fleet's reply names the machine, its type and its market: spot",
  { ...one, lifecycle: "spot" },
  () => shapeOf("spot"),
);

/**
 * "ClientToken: Unique, case-sensitive identifier that you provide to ensure the idempotency of the request." (the same
 * page)
 */
conforms(
  "a fleet that is asked for twice with one token is one fleet",
  1,
  async () => {
    const session = unique("session");
    const request = await fleetRequest(session, "on-demand");
    await ec2.send(request);
    await ec2.send(request);
    const machines = await machinesOf(session);
    for (const { InstanceId = "" } of machines) await terminate(InstanceId);
    return machines.length;
  },
  "tokensAreNotRead",
);

/**
 * "This operation is idempotent; if you terminate an instance more than once, each call succeeds."
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
conforms("a machine can be ended twice", "no error", async () => {
  const { id } = await launch();
  await terminate(id);
  return errorOf(() => terminate(id));
});

/**
 * "Recently terminated instances might appear in the returned results. This interval is usually less than one hour."
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
conforms("a machine that has ended is listed on, with its tags", "terminated", async () => {
  const { id, session } = await launch();
  await terminate(id);
  return (await stateOf(session, "terminated")).State?.Name;
});

/** "InvalidInstanceID.NotFound": https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
conforms("a machine that nobody knows goes by this name", "InvalidInstanceID.NotFound", () =>
  errorOf(() => ec2.send(new DescribeInstancesCommand({ InstanceIds: ["i-0123456789abcdef0"] }))),
);
conforms(
  "a tag that nothing bears finds nothing, and is no error",
  0,
  async () => (await machinesOf(unique("session"))).length,
);
