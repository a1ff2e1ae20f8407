import { expect } from "vitest";
import { eventually, gone, machinesOf, turnClock } from "../workflows/session.ts";
import type { Operator, Window } from "./terminal.ts";
import { tracesOf } from "./traces.ts";

/** Neither at the engine nor on this computer, and no key that would open anything. */
export async function nothingIsLeft(session: string, operator: Operator) {
  const record = await gone(session, 60);
  for (const { InstanceId = "" } of await machinesOf(session)) {
    await eventually(async () => expect(tracesOf(InstanceId)).toEqual([]));
  }
  expect(operator.keys).toEqual([]);
  return record;
}

/** A window whose command has logged in. */
export async function inTheShell(window: Window) {
  await window.shows(/ubuntu@ip-[\d-]+:~\$ /, 100);
  window.types("whoami");
  await window.shows(/\nubuntu\n/);
  return window;
}

export async function machineOf(session: string): Promise<string> {
  const [machine] = await machinesOf(session);
  return machine?.InstanceId ?? "";
}

/**
 * Two minutes alone become two seconds: by a drop-in beside the shipped unit on the machine, and for the control plane,
 * which ends nothing so soon after it was ready, by a record that has been ready for longer.
 */
export async function shortenGrace(window: Window, session: string) {
  await turnClock(session, "readyAt", new Date(Date.now() - 180_000));
  const unit = "moonbase-logins.service";
  const folder = `/etc/systemd/system/${unit}.d`;
  const setting = "Environment=MOONBASE_LOGOUT_GRACE_SECONDS=2 MOONBASE_LOGIN_LOOK_SECONDS=1";
  const steps = [
    `sudo mkdir ${folder}`,
    `printf '[Service]\\n${setting}\\n' | sudo tee ${folder}/short.conf >/dev/null`,
    "sudo systemctl daemon-reload",
    `sudo systemctl restart ${unit}`,
    `until sudo journalctl --unit ${unit} | grep -q first-login; do sleep 0.2; done`,
    'echo short""ened',
  ];
  window.types(steps.join(" && "));
  await window.shows("shortened");
}
