import { always, getSession, stillLaunching, updateSession } from "./store.ts";

/** A function lives 50 seconds at most; by then a step is over whatever became of it. */
const longestStepMilliseconds = 55_000;

/**
 * Runs a step of a launch that makes things, only while the session still wants them. A launch that is stopped does
 * not stop the function that is at work for it, so the record says until when one may be, and a teardown does not
 * call the account clean before that. A session that is ready has had its step: nothing is done again.
 */
export async function whileLaunching(session: string, work: () => Promise<void>): Promise<void> {
  const busyUntil = new Date(Date.now() + longestStepMilliseconds).toISOString();
  if (!(await updateSession(session, { busyUntil }, stillLaunching))) {
    if ((await getSession(session)).status === "ready") return;
    throw new Error(`session "${session}" was ended while it was launching`);
  }
  await work();
  await updateSession(session, { busyUntil: new Date(0).toISOString() }, always);
}
