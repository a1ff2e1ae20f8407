import { expect } from "vitest";
import * as z from "zod";
import { engine, machinesOf, recordOf, withDoor } from "../workflows/session.ts";
import { type Ending, ended, endOfLaunch, stopIfUnheard } from "./endings.ts";
import { tellSaving } from "./saving-stories.ts";
import { proxy } from "./scene.ts";

const home = { ...withDoor, blueprint: "devbox" };

/** A launch whose machine has half an hour, because it brings a home along. */
export const beginLaunchOfAHome = (session: string) => engine.launch(session, home);

export const tellLaunchOfAHome = async (session: string, ready: readonly string[]): Promise<Ending> =>
  endOfLaunch(session, await beginLaunchOfAHome(session), ready, "AwaitRestore");

const answer = z.object({ id: z.string() });

/** One save more, while somebody works: it is there and in the books, or is said not to be; nothing ends either way. */
export async function tellBackup(session: string): Promise<Ending> {
  const execution = await engine.backup(session);
  const over = new AbortController();
  const [{ status, error, output }] = await Promise.all([
    ended(session, execution).finally(() => over.abort()),
    stopIfUnheard(session, execution, "AskForSave", over.signal),
  ]);
  await expectAsItWas(session);
  if (status === "SUCCEEDED") {
    const { id } = answer.parse(JSON.parse(output ?? ""));
    expect(await recordOf(session)).toMatchObject({ save: { outcome: "saved", id } });
  } else if (status === "FAILED") {
    expect(["NotSaved", "BackupFailed"]).toContain(error);
  }
  await proxy.lift(session);
  expect(await tellSaving(session)).toBe("saved, then gone");
  return status === "SUCCEEDED" ? "saved once more, then gone" : "not saved once more, then gone";
}

/** Somebody has pressed Stop: whoever asks again is told until when the first one has its turn, and the end waits for nobody. */
export async function afterStoppedBackup(session: string): Promise<Ending> {
  await expectAsItWas(session);
  expect(await tellSaving(session)).toBe("saved, then gone");
  return "stopped, then gone";
}

/** Somebody works on it: it is ready, up, and nobody has begun to end it. */
async function expectAsItWas(session: string): Promise<void> {
  const record = await recordOf(session);
  expect(record).toMatchObject({ status: "ready", generation: 0 });
  expect(record?.kept, "kept").toBeUndefined();
  expect((await machinesOf(session)).map(({ State }) => State?.Name)).toEqual(["running"]);
}
