import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import { type Launched, readyMessage } from "../../workflows/launch.contract.ts";
import { emit, notify, tell } from "../session/events.ts";
import { findMachines, isGoing } from "../session/machines.ts";
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

  const marked = await updateSession(
    session,
    { status: "ready", ready, readyAt: new Date().toISOString() },
    {
      expression: "#status <> :ended AND attribute_not_exists(claim) AND attribute_not_exists(readyAt)",
      names: { "#status": "status" },
      values: { ":ended": "ended" },
    },
  );
  const current = marked ? record : await getSession(session);
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
    user: blueprintNamed(record.blueprint).image.user,
    expiresAt: record.expiresAt,
  };
  if (current.told === undefined) {
    await tellReady(launched);
    await updateSession(session, { told: "ready" }, always);
  }
  return launched;
}

function tellReady(launched: Launched): Promise<void> {
  const { session, user, address, instanceId, instanceType, market, zone, expiresAt } = launched;
  const connect =
    address === null ? `aws ssm start-session --target ${instanceId}` : `ssh ${user}@${address}`;
  return tell(
    emit("ready", launched),
    notify(`Moonbase session ${session} is ready`, [
      `Session ${session} is ready: ${instanceType}, ${market}, in ${zone}.`,
      `Connect: ${connect}`,
      `It ends by itself at ${expiresAt}.`,
    ]),
  );
}
