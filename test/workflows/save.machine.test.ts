import { TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { comeBack, machineOf } from "./saving-machine.ts";
import { engine, eventually, gone, recordOf } from "./session.ts";

/** The whole way, with the shipped scripts on the machine: the words in a session's name tell the stand-in what to do. */

async function ready(how: string): Promise<string> {
  const session = newSession(how);
  const execution = await engine.launch(session, { blueprint: "stand-in" });
  expect(await engine.waitFor(execution)).toMatchObject({ status: "SUCCEEDED" });
  return session;
}

const end = async (session: string) => engine.waitFor(await engine.teardown(session));

describe.concurrent("a machine that is asked to save", () => {
  it.each(["plain", "slow"])("and does (%s) is ended, and its snapshot named", async (how) => {
    const session = await ready(how);
    expect(await end(session)).toMatchObject({ status: "SUCCEEDED" });
    const { save } = await gone(session);
    expect(save).toMatchObject({
      ...{ outcome: "saved", id: expect.stringMatching(/-whole$/), order: "save end-1" },
      message: "a stand-in, whole",
    });
  });

  it.each([
    ["fails", "failed", "the stand-in was told to fail"],
    ["lies", "not-found", "there is no snapshot"],
  ])("and %s is kept, and asked again when somebody comes back", async (how, outcome, why) => {
    const session = await ready(how);
    const { status, error, cause } = await end(session);
    expect({ status, error }).toEqual({ status: "FAILED", error: "NotSaved" });
    expect(cause).toContain(why);
    expect(await recordOf(session)).toMatchObject({ save: { outcome }, kept: { attempts: 1 } });
    const { state, tags } = await machineOf(session);
    expect(state).toBe("running");
    expect(tags.get("moonbase:kept")).not.toBe(undefined);
    await comeBack(session);
    await eventually(async () => expect(await recordOf(session)).toMatchObject({ kept: { attempts: 2 } }));
    await engine.clients.ec2.send(
      new TerminateInstancesCommand({ InstanceIds: [(await machineOf(session)).id] }),
    );
    await comeBack(session);
    await gone(session);
  });

  it("once more, while it is used, says what it saved; its end saves again", async () => {
    const session = await ready("more");
    const { status, output } = await engine.waitFor(await engine.backup(session));
    expect(status).toBe("SUCCEEDED");
    const saved = { message: "a stand-in, quick", id: expect.stringMatching(/-quick$/) };
    expect(JSON.parse(output ?? "")).toEqual({ session, seconds: expect.any(Number), ...saved });
    expect(await recordOf(session)).toMatchObject({ status: "ready", save: { outcome: "saved", ...saved } });
    expect((await machineOf(session)).state).toBe("running");
    expect(await end(session)).toMatchObject({ status: "SUCCEEDED" });
    expect((await gone(session)).save).toMatchObject({ id: expect.stringMatching(/-whole$/) });
  });

  it("once more, and cannot, says why and lives on", async () => {
    const session = await ready("fails");
    expect(await engine.waitFor(await engine.backup(session))).toMatchObject({
      ...{ status: "FAILED", error: "NotSaved", cause: "not saved: the stand-in was told to fail" },
    });
    const { id, state, tags } = await machineOf(session);
    expect(state).toBe("running");
    expect(tags.get("moonbase:kept")).toBe(undefined);
    await engine.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await gone(session);
  });
});
