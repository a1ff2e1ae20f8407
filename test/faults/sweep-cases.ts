import { anySession, type Fault } from "../../local/proxy/fault.ts";
import { sweep } from "../workflows/sweep.ts";
import { isWrite, kinds } from "./kinds.ts";
import { proxy } from "./scene.ts";
import { type Duty, duties, expectDone, type Living, prepare } from "./sweep-scene.ts";

/** A call that a sweep makes when nothing goes wrong. */
interface Call {
  readonly service: string;
  readonly action: string;
  readonly nth: number;
}

/** One bad day of the sweep. */
export interface SweepCase {
  readonly name: string;
  readonly place: string;
  readonly fault: Omit<Fault, "session"> & { nth: number };
}

const placeOf = ({ service, action, nth }: Call) => `${service} ${action} ${nth}`;

/** The calls of one sweep that finds something of everything. */
export async function recordSweep(living: Living): Promise<Call[]> {
  const work = await prepare(living);
  await proxy.lift(anySession);
  await sweep();
  const calls = (await proxy.callsOf(anySession)).filter(({ caller }) => caller.name === "sweep");
  await expectDone(living, work);
  return calls.map(({ service, action, nthOfAny }) => ({ service, action, nth: nthOfAny }));
}

/** A sweep reads its memory and the places first, and then every record. */
const firstRecord = 3;

/** Reads of a kind are refused together; those of the table are of two kinds. */
const isFirstOfItsKind = ({ service, nth }: Call) =>
  nth === 1 || (service === "dynamodb" && nth === firstRecord);

/** How the SDK bears the network is seen in the matrix. */
const concerned: Record<string, (call: Call) => boolean> = {
  "refused for good": (call) => !isWrite(call) && isFirstOfItsKind(call),
  "refused once": isWrite,
  "reply lost": isWrite,
  "process killed": isWrite,
};

export const sweepCasesOf = (calls: readonly Call[]): SweepCase[] =>
  calls.flatMap((call) =>
    kinds
      .filter(({ name }) => concerned[name]?.(call))
      .map(({ name, deed, times }) => ({
        name: `sweep · ${placeOf(call)} · ${name}`,
        place: placeOf(call),
        fault: { caller: "sweep", ...call, deed: deed(call), ...(times !== undefined && { times }) },
      })),
  );

/** What the sweep says when a call cannot be made, and what it then leaves to the next one. */
export interface Complaint {
  readonly says: RegExp;
  readonly leaves: readonly Duty[];
}

const unlisted = (kind: string, ...leaves: Duty[]): Complaint => ({
  says: new RegExp(`\\b${kind}: could not be listed`),
  leaves,
});

/** A call that is not here has to go well, or make no difference. */
export const complaints: Record<string, Complaint> = {
  "dynamodb GetItem 1": {
    says: /has done nothing: the (memory of the sweep|places of live sessions) could not be read/,
    leaves: duties,
  },
  "dynamodb GetItem 3": { says: /record of session \S+: could not be read/, leaves: duties },
  "dynamodb UpdateItem 1": {
    says: /not repaired: no live session fills the place of place-/,
    leaves: ["place"],
  },
  "dynamodb UpdateItem 2": { says: /the memory of the sweep could not be written/, leaves: [] },
  "ec2 DescribeAddresses 1": unlisted("address"),
  "ec2 DescribeInstances 1": unlisted("machine"),
  "ec2 DescribeNetworkInterfaces 1": unlisted("network interface"),
  "ec2 DescribeSecurityGroupRules 1": unlisted("security group rule"),
  "ec2 DescribeSecurityGroups 1": unlisted("security group"),
  "ec2 DescribeVolumes 1": unlisted("volume", "orphan"),
  "events PutEvents 1": { says: /session idle-\S+: not asked about idle/, leaves: ["notice"] },
  "monitoring DescribeAlarms 1": unlisted("alarm", "notice"),
  "scheduler CreateSchedule 1": {
    says: /not repaired: nobody would have come to end session unguarded-/,
    leaves: ["undertaker"],
  },
  "scheduler ListSchedules 1": unlisted("schedule", "undertaker"),
  "sns Publish 1": { says: /the notice could not be sent/, leaves: [] },
  "ssm DescribeParameters 1": unlisted("parameter"),
  "ssm ListTagsForResource 1": unlisted("parameter"),
  "states DescribeExecution 1": { says: /execution \S+:young-\S+: could not be looked at/, leaves: [] },
  "states StartExecution 1": {
    says: /session orphan-\S+: its teardown could not be started/,
    leaves: ["orphan"],
  },
};
