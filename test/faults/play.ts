import { newSession } from "../local/engine.ts";
import type { Case } from "./case.ts";
import type { Ending } from "./endings.ts";
import { forget } from "./forget.ts";
import { NotReached, proxy } from "./scene.ts";
import { type Story, storyOf } from "./stories.ts";

/** Its machine knows by the name what to do. */
export const newSessionFor = ({ silent, unsaved }: Story) =>
  newSession(silent ? "silent" : unsaved ? "unsaved" : "fault");

/** Tells a story with its fault in it, and judges how it ends. */
export async function play({ story: name, fault }: Case, ready: readonly string[]): Promise<Ending> {
  const story = storyOf(name);
  const session = newSessionFor(story);
  await story.prepare(session);
  for (const each of [...story.lead, fault]) await proxy.inject({ ...each, session });
  const ending = await story.tell(session, ready);
  await expectDone(session, fault);
  await forget(session);
  return ending;
}

/** A day on which the fault was never reached was a good one, and proves nothing. */
async function expectDone(session: string, { caller, service, action, nth = 1, deed }: Case["fault"]) {
  const calls = (await proxy.callsOf(session)).filter(
    (call) => call.caller.name === caller && call.service === service && call.action === action,
  );
  const seen = calls.map((call) => `${call.nth} ${call.fault ?? "good"}`);
  if (calls.some((call) => call.nth >= nth && call.fault === deed.do)) return;
  throw new NotReached(`${caller} ${service} ${action} ${nth} was never reached, only ${seen.join(", ")}`);
}
