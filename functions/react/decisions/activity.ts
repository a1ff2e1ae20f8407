import { blueprintNamed } from "../../../blueprints/index.ts";
import { askOf, type MachineAsk } from "../../session/asks.ts";
import { isHeld, type SessionRecord } from "../../session/record.ts";
import { minutesFrom } from "../../session/times.ts";
import { type Decision, nothing, type TearDown } from "../decision.ts";
import type { SeenMachine } from "../facts.ts";
import { endUnlessEnding } from "./ending.ts";
import { endWithNotice } from "./notice.ts";

/**
 * What speaks against an end for idleness: the operator's word, a login, or that nobody can tell. A machine that has not
 * said whether anybody is logged in does not: that its network is idle is known, and a broken watch for logins must not
 * take this ending away as well.
 */
export function whyActive(
  record: SessionRecord,
  machine: SeenMachine | undefined,
  now: Date,
): string | undefined {
  if (isHeld(record, now)) return `held until ${record.heldUntil}`;
  if (machine === undefined) return "its machine cannot be seen, and unknown counts as active";
  if (machine.logins === "open") return "somebody is logged in";
  return undefined;
}

/**
 * An idle network. The clock starts at ready: setting up is activity. Half an alarm's span is its grace, because the
 * alarm tells once, and what it saw began at launch.
 */
export function decideOnIdle(
  record: SessionRecord | undefined,
  machine: SeenMachine | undefined,
  now: Date,
): Decision {
  if (record === undefined) return nothing("the session has no record");
  if (record.readyAt === undefined) return nothing("the machine is not ready yet; setting up is activity");
  const { periodSeconds, periods } = blueprintNamed(record.blueprint).idle;
  const graceEnds = Date.parse(record.readyAt) + (periodSeconds * periods * 1000) / 2;
  if (now.getTime() < graceEnds) return nothing(`ready only since ${record.readyAt}`);
  const reason = `the network was idle for ${(periodSeconds * periods) / 60} minutes`;
  const active = whyActive(record, machine, now);
  if (active !== undefined) return nothing(`${active}; ${reason}`);
  return endWithNotice(record, "idle", reason, now);
}

/** As long as a machine itself waits for somebody to come back; it asks again every minute. */
const logoutGraceMinutes = 2;

function inWords(ask: MachineAsk): string {
  switch (ask.reason) {
    case "logged-out":
      return "the last ssh session was closed";
    case "idle":
      return `the machine is idle: ${ask.evidence ?? "nobody and nothing works on it"}`;
    case "work-done":
    case "work-failed":
      return ask.words;
  }
}

/**
 * A machine that asks for its end, because the last ssh session on it was closed, because it is idle as far as it can see,
 * or because its work is over. What its own tags say is believed, and not what an event says of it. There is no notice: nobody is
 * on it who could read one, and whoever closed the last session was told at ready.
 */
export function decideOnAsk(
  record: SessionRecord | undefined,
  machine: Pick<SeenMachine, "instanceId" | "asks" | "logins" | "heard">,
  now: Date,
): Decision {
  if (record === undefined) return nothing("the machine belongs to no session");
  if (record.machine?.instanceId !== machine.instanceId)
    return nothing("the session lives on another machine");
  const ask = askOf(machine.asks);
  if (ask === undefined) return nothing(`the machine's tag asks for ${machine.asks ?? "nothing"}`);
  if (record.readyAt === undefined)
    return nothing("the machine is not ready yet, and its launch waits for it");
  const reason = inWords(ask);
  // A machine that is kept asks on, every minute; it is tried again when the undertaker comes, later each time.
  if (record.reason !== undefined) return nothing(`its end was begun (${record.reason}); ${reason}`);
  if (isHeld(record, now)) return holdAgainst(record, machine, ask, reason);
  switch (ask.reason) {
    case "logged-out":
      return decideOnQuiet(record, machine, ask, now);
    case "idle":
      return decideOnQuiet(
        record,
        machine,
        ask,
        now,
        ask.evidence === undefined ? undefined : { evidence: ask.evidence },
      );
    case "work-done":
      return endUnlessEnding(record, ask.reason, reason, now, { work: ask.words });
    case "work-failed":
      return endUnlessEnding(record, ask.reason, reason, now, { failure: ask.words });
  }
}

/** Nobody is there any more, or nothing happens: somebody may only just be on the way, or still be there. */
function decideOnQuiet(
  record: SessionRecord,
  { logins }: Pick<SeenMachine, "logins">,
  ask: MachineAsk,
  now: Date,
  told?: TearDown["told"],
): Decision {
  if (now < minutesFrom(new Date(record.readyAt ?? now), logoutGraceMinutes)) {
    return nothing(`ready only since ${record.readyAt}`);
  }
  const reason = inWords(ask);
  if (logins === "open") return nothing(`somebody is logged in; ${reason}`);
  return endUnlessEnding(record, ask.reason, reason, now, told);
}

/** An idle machine that nobody answers ends itself at last, so one that is held is told so, once. */
function holdAgainst(
  { id: session, heldUntil }: SessionRecord,
  { instanceId, heard }: Pick<SeenMachine, "instanceId" | "heard">,
  ask: MachineAsk,
  why: string,
): Decision {
  const answer = `held until ${heldUntil}`;
  const reason = `${answer}; ${why}`;
  if (ask.reason !== "idle" || heard === answer) return nothing(reason);
  return { action: "hear", session, instanceId, answer, reason };
}
