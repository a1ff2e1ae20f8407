import { newSession } from "../local/engine.ts";
import type { Case } from "./case.ts";
import type { Ending } from "./endings.ts";
import { forget, proxy } from "./scene.ts";
import { type Story, storyOf } from "./stories.ts";

export const newSessionFor = ({ silent }: Story) => newSession(silent ? "silent" : "fault");

/** Tells a story with its fault in it, and judges how it ends. */
export async function play({ story: name, fault }: Case, ready: readonly string[]): Promise<Ending> {
  const story = storyOf(name);
  const session = newSessionFor(story);
  await story.prepare(session);
  for (const each of [...story.lead, fault]) await proxy.inject({ ...each, session });
  const ending = await story.tell(session, ready);
  await forget(session);
  return ending;
}
