import type { SshInput } from "../../../workflows/ssh.contract.ts";
import { onTailnetSince } from "../../session/asks.ts";
import { openingOf } from "../../session/opening.ts";
import { isClaimed, type SessionRecord } from "../../session/record.ts";
import { type Decision, nothing } from "../decision.ts";
import type { SeenMachine } from "../facts.ts";

/**
 * A machine that is on its tailnet needs no open port any more. One that was opened after it got there stays open: whoever
 * asked for it could not come in that way. Connections that are open are not cut.
 */
export function decideOnTailnet(
  record: SessionRecord | undefined,
  machine: Pick<SeenMachine, "instanceId" | "tailscale" | "going" | "state">,
  sshWorkflowArn: string,
  now: Date,
): Decision {
  if (record === undefined) return nothing("the machine belongs to no session");
  if (record.machine?.instanceId !== machine.instanceId)
    return nothing("the session lives on another machine");
  const since = onTailnetSince(machine.tailscale);
  if (since === undefined)
    return nothing(`the machine's tag says of Tailscale: ${machine.tailscale ?? "nothing"}`);
  if (machine.going) return nothing(`the machine is ${machine.state}`);
  if (record.status !== "ready") return nothing(`the session is ${record.status}`);
  if (isClaimed(record, now)) return nothing("a teardown is at work, which takes the port along");
  const opening = openingOf(record);
  if (opening === undefined) return nothing("no port is open");
  if (new Date(opening.since) >= new Date(since)) {
    return nothing(`ssh was turned on at ${opening.since}, when the machine was on its tailnet already`);
  }
  const input: SshInput = {
    session: record.id,
    ssh: "off",
    requestedBy: "Moonbase, because Tailscale is up",
    onSince: opening.since,
  };
  return {
    action: "start-workflow",
    workflowArn: sshWorkflowArn,
    // By the minute: one that breaks can be started again by the next sweep.
    name: `${record.id}-off-${now.toISOString().slice(0, 16).replaceAll(":", "-")}`,
    input: JSON.stringify(input),
    reason: `the machine is on its tailnet since ${since}`,
  };
}
