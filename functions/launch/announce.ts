import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import { type Launched, readyMessage } from "../../workflows/launch.contract.ts";
import { aboutSession } from "../session/announcements.ts";
import type { DetailOf } from "../session/event-details.ts";
import { emit, tell } from "../session/events.ts";
import { secondsToReady } from "../session/launches.ts";
import { findMachines, isGoing } from "../session/machines.ts";
import { count } from "../session/metrics.ts";
import { readyNotice, sendNotice } from "../session/notices.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { always, getSession, updateSession } from "../session/store.ts";
import { tagParts } from "./parts.ts";

const request = z.object({ ready: readyMessage });

/** Writes down that the machine is ready, tags what came with it, and tells the operator how to get in. */
export async function announce(event: unknown): Promise<Launched> {
  const { session } = stepOf(event);
  const { ready } = request.parse(event);
  const { stage } = settings();
  const record = await getSession(session);
  const { machine } = record;
  if (machine === undefined) throw new Error(`session "${session}" has no machine to announce`);

  const [instance] = await findMachines([{ Name: "instance-id", Values: [machine.instanceId] }]);
  if (instance === undefined || isGoing(instance))
    throw new Error(`machine ${machine.instanceId} is gone again`);
  await tagParts(stage, session, instance);

  const becomes = { status: "ready" as const, ready, readyAt: new Date().toISOString() };
  const marked = await updateSession(session, becomes, {
    expression: "#status <> :ended AND attribute_not_exists(claim) AND attribute_not_exists(readyAt)",
    names: { "#status": "status" },
    values: { ":ended": "ended" },
  });
  if (marked) {
    count(session, { LaunchesReady: 1, TimeToReady: secondsToReady({ ...record, ...becomes }) ?? 0 });
  }
  const current = marked ? { ...record, ...becomes } : await getSession(session);
  if (current.claim !== undefined || current.status === "ended") {
    throw new Error(`session "${session}" was ended while it was launching`);
  }

  const launched: Launched = {
    session,
    instanceId: machine.instanceId,
    instanceType: machine.instanceType,
    zone: machine.zone,
    market: machine.market,
    address: instance.PublicIpAddress ?? null,
    hostKey: ready.hostKey,
    user: blueprintNamed(record.blueprint).login,
    expiresAt: record.expiresAt,
  };
  if (current.told === undefined) {
    await tellReady(current, launched);
    await updateSession(session, { told: "ready" }, always);
  }
  return launched;
}

async function tellReady(record: SessionRecord, launched: Launched): Promise<void> {
  const detail: DetailOf<"ready"> = {
    ...aboutSession(record),
    ...launched,
    secondsToReady: secondsToReady(record) ?? 0,
    requestedBy: record.requestedBy ?? null,
  };
  // Nobody waits to log in to a machine that lets nobody in: its operator hears what it did.
  const isAlone = blueprintNamed(record.blueprint).door === null;
  await tell(emit("ready", detail), ...(isAlone ? [] : [sendNotice(readyNotice(record, launched))]));
}
