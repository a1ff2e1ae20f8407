import { executionLink } from "../../functions/session/links.ts";
import type { SessionRecord } from "../../functions/session/record.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { dollars, duration } from "../show/texts.ts";
import { recordOf } from "./status.ts";

/** `why`: the story of a session, from its record alone. */
export async function why(context: Context, session: string): Promise<Ending> {
  await context.announce();
  const record = await recordOf(context, session);
  const link = executionLink(record.launchExecution);
  const { claim, publicKey: _, ...facts } = record;
  context.screen.result({ ...facts, teardown: claim?.holder ?? null, link }, story(record));
  return "done";
}

const reasons = {
  operator: "because somebody asked for it",
  expired: "because its time was over",
  idle: "because it was idle",
  "launch-failed": "because its launch failed",
  "launch-stopped": "because its launch was stopped",
  "machine-gone": "because its machine was gone",
} as const;

/** Why a session ends, in words; a reason that this command does not know yet is told as it is. */
const inWords = (reason: string): string =>
  Object.entries(reasons).find(([name]) => name === reason)?.[1] ?? `because of "${reason}"`;

/** A line each: when, how long since the request, what. */
export function story(record: SessionRecord): string {
  const begin = Date.parse(record.requestedAt);
  const line = (at: string, what: string) => `${at}  +${duration(Date.parse(at) - begin).padEnd(8)} ${what}`;
  const { machine, ready, readyAt, ending, claim } = record;
  const door = record.sourceCidr === undefined ? "no port open" : `port open for ${record.sourceCidr}`;
  const events = [
    line(record.requestedAt, `${record.blueprint} asked for, ${door}, at most ${dollars(record.estimate)}`),
    ...(machine === undefined
      ? []
      : [
          line(
            machine.launchedAt,
            `machine ${machine.instanceId}: ${machine.instanceType}, ${machine.market} in ${machine.zone}, ${dollars(machine.hourlyPrice ?? machine.onDemandHourlyPrice)} an hour`,
          ),
        ]),
    ...(ready?.phases ?? []).map(({ name, at }) => line(at, `machine: ${name}`)),
    ...(readyAt === undefined ? [] : [line(readyAt, "ready")]),
    ...(record.heldUntil === undefined ? [] : [`held until ${record.heldUntil}`]),
    ...(claim === undefined ? [] : [line(claim.claimedAt, `teardown began: ${claim.holder}`)]),
    ...(record.goneAt === undefined ? [] : [line(record.goneAt, "machine gone")]),
    ...(ending === undefined ? [] : [line(ending.endedAt, "ended, nothing is left")]),
  ];
  const outcome = [
    ...(record.reason === undefined
      ? [`It is ${record.status}; its time is over at ${record.expiresAt}.`]
      : [`It ${ending === undefined ? "ends" : "ended"} ${inWords(record.reason)} (${record.reason}).`]),
    ...(record.failure === undefined ? [] : [`What went wrong: ${record.failure}`]),
    ...(ending === undefined
      ? []
      : [
          `Saved: ${ending.saved}.`,
          `It ran ${ending.hours} hours and cost ${dollars(ending.cost)} (${dollars(ending.onDemandCost)} on demand).`,
        ]),
    `Who asked is in CloudTrail (StartExecution); the launch: ${executionLink(record.launchExecution)}`,
  ];
  return [`Session ${record.id}`, ...events, ...outcome].join("\n");
}
