import { DeleteAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { UpdateScheduleCommand } from "@aws-sdk/client-scheduler";
import { namesOf } from "../../functions/session/names.ts";
import type { Launched } from "../../workflows/launch.contract.ts";
import { engine, undertakerOf } from "../workflows/session.ts";
import type { Laptop } from "./login.ts";

/** What can end a session that nobody ends by hand, besides its budget, which is no part of it. */
export type Ending = "logout" | "idle alarm" | "undertaker" | "hard cap";

/** Breaks every ending of the session but one, so that a test shows that this one needs no other. */
export async function breakAllBut(
  spared: Ending | undefined,
  { session, machine, laptop }: { session: string; machine: Launched; laptop: Laptop },
): Promise<void> {
  const onMachine = (unit: string) => laptop.ssh(machine, `sudo systemctl disable --now ${unit}`);
  const ways: Record<Ending, () => Promise<unknown>> = {
    logout: () => onMachine("moonbase-logins.service"),
    "idle alarm": () =>
      engine.clients.cloudWatch.send(
        new DeleteAlarmsCommand({ AlarmNames: [namesOf(engine.stage).idleAlarm(session)] }),
      ),
    undertaker: () => dismissUndertaker(session),
    "hard cap": () => onMachine("moonbase-hard-cap.timer"),
  };
  for (const [ending, disable] of Object.entries(ways)) {
    if (ending !== spared) await disable();
  }
}

/** The schedule stays, because a teardown removes it, and never comes. */
async function dismissUndertaker(session: string): Promise<void> {
  const { GroupName, Name, Target, ScheduleExpression, FlexibleTimeWindow } = await undertakerOf(session);
  await engine.clients.scheduler.send(
    new UpdateScheduleCommand({
      ...{ GroupName, Name, Target, ScheduleExpression, FlexibleTimeWindow },
      State: "DISABLED",
    }),
  );
}

/** The watch over logins looks every second, and with a grace of so many seconds. */
export const lookOften = (laptop: Laptop, machine: Launched, graceSeconds = 120): Promise<void> =>
  setEnvironment(laptop, machine, "moonbase-logins.service", {
    MOONBASE_LOGIN_LOOK_SECONDS: 1,
    MOONBASE_LOGOUT_GRACE_SECONDS: graceSeconds,
  });

/** Starts a service of ours anew with other figures: a drop-in beside the shipped unit. */
export async function setEnvironment(
  laptop: Laptop,
  machine: Launched,
  unit: string,
  figures: Record<string, number>,
): Promise<void> {
  const folder = `/etc/systemd/system/${unit}.d`;
  const settings = Object.entries(figures).map(([name, value]) => `${name}=${value}`);
  const steps = [
    `sudo mkdir -p ${folder}`,
    `printf '[Service]\\nEnvironment=${settings.join(" ")}\\n' | sudo tee ${folder}/test.conf >/dev/null`,
    "sudo systemctl daemon-reload",
    `sudo systemctl restart ${unit}`,
  ];
  const { code, stderr } = await laptop.ssh(machine, steps.join(" && "));
  if (code !== 0) throw new Error(`${unit} was not changed: ${stderr}`);
}
