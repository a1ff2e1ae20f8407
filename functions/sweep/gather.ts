import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { sfn } from "../session/clients.ts";
import { nameOf, unless } from "../session/errors.ts";
import { readLive } from "../session/ledger.ts";
import { findMachines, isGone } from "../session/machines.ts";
import { isClaimed, type SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { findSession } from "../session/store.ts";
import { tagKeys, tagValue } from "../session/tags.ts";
import { inBatches } from "./batches.ts";
import { type Facts, isLive } from "./facts.ts";
import { type Finding, type Kind, kinds, type Stray } from "./finding.ts";
import { listersOf } from "./listers.ts";
import { readMemory } from "./memory.ts";

/** The facts, and what could not be found out, a sentence each. */
export interface Gathered {
  facts: Facts;
  failures: string[];
}

/** Things first, records after: whatever is listed had its record before it was made. */
export async function gather(now: Date): Promise<Gathered> {
  const failures: string[] = [];
  const [memory, live, { findings, strays, unlisted }] = await Promise.all([
    needed("the memory of the sweep", readMemory),
    needed("the places of live sessions", readLive),
    listAll(failures),
  ]);
  const { records, unread } = await readRecords([...findings, ...placesOf(live.sessions)], failures);
  const alive = [...records.values()].filter(isLive);
  const [machinesById, executions] = await Promise.all([
    lookForMachines(alive, findings, unlisted, failures),
    lookAtExecutions(alive, now, failures),
  ]);
  const facts = {
    ...{ now, findings, strays, unlisted, records, unread, live, machinesById, executions, memory },
  };
  return { facts, failures };
}

/** Without it nothing can be judged, so nothing is done. */
async function needed<Result>(what: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw new Error(`the sweep has done nothing: ${what} could not be read (${nameOf(error)})`, {
      cause: error,
    });
  }
}

const placesOf = (sessions: ReadonlySet<string>) => [...sessions].map((session) => ({ session }));

/** A kind that cannot be listed hides none of the others. */
async function listAll(failures: string[]) {
  const listers = listersOf(settings().stage);
  const findings: Finding[] = [];
  const strays: Stray[] = [];
  const unlisted = new Set<Kind>();
  await Promise.all(
    kinds.map(async (kind) => {
      try {
        const listing = await listers[kind]();
        findings.push(...listing.findings);
        strays.push(...listing.strays);
      } catch (error) {
        unlisted.add(kind);
        failures.push(`${kind}: could not be listed (${nameOf(error)})`);
      }
    }),
  );
  return { findings, strays, unlisted };
}

async function readRecords(named: { session: string }[], failures: string[]) {
  const records = new Map<string, SessionRecord>();
  const unread = new Set<string>();
  await inBatches(new Set(named.map(({ session }) => session)), async (session) => {
    try {
      const record = await findSession(session);
      if (record !== undefined) records.set(session, record);
    } catch (error) {
      unread.add(session);
      failures.push(`record of session ${session}: could not be read (${nameOf(error)})`);
    }
  });
  return { records, unread };
}

/** A listing by tag misses a machine that is seconds old, and one whose tags somebody has taken away. */
async function lookForMachines(
  alive: SessionRecord[],
  findings: Finding[],
  unlisted: Set<Kind>,
  failures: string[],
): Promise<Facts["machinesById"]> {
  const tagged = new Set(findings.map(({ kind, id, session }) => `${kind} ${id} ${session}`));
  const sought = alive.flatMap(({ id, machine }) =>
    machine === undefined || tagged.has(`machine ${machine.instanceId} ${id}`) ? [] : machine.instanceId,
  );
  if (sought.length === 0) return new Map();
  try {
    const found = await findMachines([{ Name: "instance-id", Values: sought }]);
    return new Map(
      found
        .filter((machine) => !isGone(machine))
        .map(({ InstanceId = "", Tags }) => [
          InstanceId,
          alive.some(
            ({ id, machine }) =>
              machine?.instanceId === InstanceId &&
              tagValue(Tags, tagKeys.session) === id &&
              tagValue(Tags, tagKeys.stage) === settings().stage,
          )
            ? "tagged"
            : "untagged",
        ]),
    );
  } catch (error) {
    unlisted.add("machine");
    failures.push(`machines of live sessions: could not be looked for (${nameOf(error)})`);
    return new Map();
  }
}

/** Only where somebody may have died: a launch that is not ready, a claim that stands. */
async function lookAtExecutions(
  alive: SessionRecord[],
  now: Date,
  failures: string[],
): Promise<Facts["executions"]> {
  const arns = alive.flatMap((record) => [
    ...(record.status === "launching" ? [record.launchExecution] : []),
    ...(record.claim !== undefined && isClaimed(record, now) ? [record.claim.holder] : []),
  ]);
  const executions = new Map<string, "running" | "over">();
  await inBatches(new Set(arns), async (executionArn) => {
    try {
      const found = await unless(["ExecutionDoesNotExist"], () =>
        sfn.send(new DescribeExecutionCommand({ executionArn })),
      );
      executions.set(executionArn, found?.status === "RUNNING" ? "running" : "over");
    } catch (error) {
      failures.push(`execution ${executionArn}: could not be looked at (${nameOf(error)})`);
    }
  });
  return executions;
}
