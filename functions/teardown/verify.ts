import type { Verification } from "../../workflows/teardown.contract.ts";
import { stepOf } from "../session/step.ts";
import { findSession } from "../session/store.ts";
import { isPatient } from "./patience.ts";
import { inWords, listResources } from "./resources.ts";

/** Lists what the session still has. What is left too long is named, because it costs money. */
export async function verify(event: unknown): Promise<Verification> {
  const { session } = stepOf(event);
  const { busyUntil } = (await findSession(session)) ?? {};
  if (busyUntil !== undefined && new Date(busyUntil) > new Date()) {
    return { outcome: "not-yet", message: `a step may be at work until ${busyUntil}` };
  }
  const left = inWords(await listResources(session));
  if (left === "") return { outcome: "clean", message: "nothing is left" };
  return { outcome: isPatient(event) ? "not-yet" : "left", message: left };
}
