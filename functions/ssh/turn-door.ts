import * as z from "zod";
import { blueprintNamed } from "../../blueprints/index.ts";
import { explain } from "../../workflows/fields.ts";
import { type SshInput, sshInput, type Turn } from "../../workflows/ssh.contract.ts";
import { openDoor, shutDoor } from "../session/door.ts";
import { notify, tell } from "../session/events.ts";
import { hasMachineGone } from "../session/machine-gone.ts";
import { openingOf } from "../session/opening.ts";
import type { SessionRecord } from "../session/record.ts";
import { settings } from "../session/settings.ts";
import { findSession, getSession } from "../session/store.ts";
import { inWords, judgeTurn } from "./judge.ts";
import { doorNotice } from "./notice.ts";
import { giveBack, untilWhen, write } from "./write.ts";

const request = z.object({ execution: z.string(), input: z.unknown() });

/** A session that changes each time between two looks; the workflow then tries again, later. */
const looks = 3;

/**
 * Turns ssh on for one address, or off. The record says who shall come in, and the rule follows it: whoever has made the
 * rule looks again, so of two who change it at once the later one's word holds.
 */
export async function turnDoor(event: unknown): Promise<Turn> {
  const { execution, input } = request.parse(event);
  const parsed = sshInput.safeParse(input);
  if (!parsed.success) return refused(explain(parsed.error, input));
  for (let look = 1; look <= looks; look += 1) {
    const answer = await turn(parsed.data, execution);
    if (answer !== undefined) return answer;
  }
  throw new Error(`session "${parsed.data.session}" changed at every look`);
}

/** Undefined: the session has changed since it was looked at. */
async function turn(input: SshInput, execution: string): Promise<Turn | undefined> {
  const now = new Date();
  const record = await findSession(input.session);
  const isGone = record !== undefined && record.status === "ready" && (await hasMachineGone(record));
  const { sshAllowedCidr: configuredCidr } = settings();
  const decision = judgeTurn({ input, record, isGone, configuredCidr, execution }, now);
  if (decision.action === "refuse" || record === undefined) return refused(decision.reason);
  if (decision.action === "leave") return turned(record, undefined, decision.reason);

  const busyUntil = untilWhen(now);
  const change = decision.action === "change" ? decision.change : undefined;
  if (!(await write(record, change, busyUntil, now))) return undefined;
  const after = await settle(record.id);
  await giveBack(record.id, busyUntil);
  const last = after.doorChanges?.at(-1);
  // A step that is run again tells again: twice is better than never.
  if (last?.execution === execution) await tell(sendDoorNotice(after));
  const opening = openingOf(after)?.sourceCidr;
  return turned(after, opening, decision.action === "confirm" ? decision.reason : inWords(after, opening));
}

/** Makes the rule what the record says, until it has not changed meanwhile. */
async function settle(session: string): Promise<SessionRecord> {
  for (let look = 1; look <= looks; look += 1) {
    const record = await getSession(session);
    const wanted = openingOf(record)?.sourceCidr;
    await make(record, wanted);
    const after = await getSession(session);
    if (openingOf(after)?.sourceCidr === wanted) return after;
  }
  throw new Error(`who may reach session "${session}" changed at every look`);
}

/** The new address first: whoever comes from it does not wait for the old one to be shut out. */
async function make({ id: session, blueprint, machine }: SessionRecord, sourceCidr: string | undefined) {
  const { stage } = settings();
  if (machine === undefined) throw new Error(`session "${session}" has no machine`);
  const { instanceId } = machine;
  const port = portOf(blueprint);
  if (sourceCidr !== undefined && port !== undefined) {
    await openDoor({ stage, session, blueprint, instanceId, port, sourceCidr });
  }
  await shutDoor({ stage, instanceId }, sourceCidr);
}

const portOf = (blueprint: string) => blueprintNamed(blueprint).door?.port;

const sendDoorNotice = async (record: SessionRecord): Promise<void> => {
  const { subject, lines } = doorNotice(record);
  await notify(subject, lines);
};

const refused = (message: string): Turn => ({
  outcome: "refused",
  session: "",
  ssh: "off",
  sourceCidr: null,
  port: 0,
  message,
});

const turned = ({ id, blueprint }: SessionRecord, sourceCidr: string | undefined, message: string): Turn => ({
  outcome: "turned",
  session: id,
  ssh: sourceCidr === undefined ? "off" : "on",
  sourceCidr: sourceCidr ?? null,
  port: portOf(blueprint) ?? 0,
  message,
});
