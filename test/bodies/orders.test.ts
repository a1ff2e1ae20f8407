import { describe, expect, it, onTestFinished } from "vitest";
import { saveBeforeEnd } from "../../functions/session/orders.ts";
import { tagKeys } from "../../functions/session/tags.ts";
import { eventually } from "../workflows/session.ts";
import { lookOften } from "./endings.ts";
import { oneMachine } from "./one-machine.ts";
import { tagMachine, tagOf } from "./tags.ts";

const { session, laptop, machine, inside } = oneMachine("orders");
const journal = () => inside("sudo journalctl --unit moonbase-orders --output cat --boot");
const loginsAre = (word: string) =>
  eventually(async () => expect(await tagOf(session, tagKeys.logins)).toBe(word));

function somebody() {
  const login = laptop.login(machine());
  onTestFinished(() => login.close());
  return login;
}

describe("a real machine", () => {
  it("shows on its tag whether somebody is logged in, from the first look on", async () => {
    await loginsAre("none");
    await lookOften(laptop, machine());
    await loginsAre("none");
    const login = somebody();
    await loginsAre("open");
    await login.close();
    await loginsAre("none");
  });

  it("shows what the control plane has to say on the terminals of those who are logged in, once", async () => {
    const [one, other] = [somebody(), somebody()];
    const both = (words: string) =>
      eventually(async () => {
        for (const { shown } of [one, other]) expect(shown).toContain(words);
      });
    await both("ubuntu@ip-");
    await tagMachine(machine().instanceId, tagKeys.tells, "session ends at 12:05: nobody uses it");
    await both("session ends at 12:05: nobody uses it");
    await inside("sudo systemctl restart moonbase-orders");
    await eventually(async () => expect((await journal()).match(/following-orders/g)).toHaveLength(2));
    await tagMachine(machine().instanceId, tagKeys.tells, "it stays");
    await both("it stays");
    // The journal and not the terminal: tmux draws a screen more than once.
    expect((await journal()).match(/"telling"[^\n]*12:05/g)).toHaveLength(1);
  });

  it("carries out an order once, and says what came of it, also after a reboot", async () => {
    await tagMachine(machine().instanceId, tagKeys.wants, saveBeforeEnd(1));
    await eventually(async () => expect(await journal()).toContain("this machine has nothing to save"));
    const boot = "cat /proc/sys/kernel/random/boot_id; stat -c %Y /proc/1";
    const before = await inside(boot);
    await inside("sudo systemctl reboot");
    await eventually(async () => {
      const now = await inside(boot);
      if (now === "" || now === before) throw new Error("it has not come back");
    });
    await tagMachine(machine().instanceId, tagKeys.wants, saveBeforeEnd(2));
    await eventually(async () => expect(await journal()).toContain("save-ended"));
    expect((await journal()).match(/save-begun.*/g)).toEqual([expect.stringContaining("save end-2")]);
  });
});
