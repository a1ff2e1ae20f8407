import type { Filter } from "@aws-sdk/client-ec2";
import { sessionFilters, tagKeys } from "../../functions/session/tags.ts";
import type { Context } from "../context.ts";

/** A machine as EC2 tells of it. */
export interface SeenMachine {
  readonly id: string;
  /** EC2's word: pending, running, shutting-down, terminated … */
  readonly state: string;
  readonly session: string | undefined;
  readonly phase: string | undefined;
  readonly address: string | undefined;
  /** Its last regular backup, where it makes some. */
  readonly saved?: string | undefined;
  /** Since when those fail, and why; also "nothing". */
  readonly unsaved?: string | undefined;
}

type Reader = Pick<Context, "clients" | "stage">;

/** The machines of a session; a terminated one is still told of for a while. */
export const machinesOf = (reader: Reader, session: string): Promise<SeenMachine[]> =>
  find(reader, sessionFilters(reader.stage, session));

/** All machines of the stage that are not gone, whatever any record says. */
export const machinesOfStage = (reader: Reader): Promise<SeenMachine[]> =>
  find(reader, [
    { Name: `tag:${tagKeys.stage}`, Values: [reader.stage] },
    { Name: "instance-state-name", Values: ["pending", "running", "shutting-down", "stopping", "stopped"] },
  ]);

async function find({ clients }: Reader, Filters: Filter[]): Promise<SeenMachine[]> {
  const [client, { paginateDescribeInstances }] = await Promise.all([
    clients.ec2(),
    import("@aws-sdk/client-ec2"),
  ]);
  const found: SeenMachine[] = [];
  for await (const { Reservations } of paginateDescribeInstances({ client }, { Filters })) {
    for (const { InstanceId, State, Tags, PublicIpAddress } of Reservations?.flatMap(
      ({ Instances }) => Instances ?? [],
    ) ?? []) {
      const tag = (key: string) => Tags?.find(({ Key }) => Key === key)?.Value;
      found.push({
        id: InstanceId ?? "?",
        state: State?.Name ?? "unknown",
        session: tag(tagKeys.session),
        phase: tag(tagKeys.phase),
        address: PublicIpAddress,
        saved: tag(tagKeys.saved),
        unsaved: tag(tagKeys.unsaved),
      });
    }
  }
  return found;
}
