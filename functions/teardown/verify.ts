import type { Verification } from "../../workflows/teardown.contract.ts";
import { settings } from "../session/settings.ts";
import { stepOf } from "../session/step.ts";
import { isPatient } from "./patience.ts";
import { inWords, listResources } from "./resources.ts";

/** Lists what the session still has. What is left too long is named, because it costs money. */
export async function verify(event: unknown): Promise<Verification> {
  const { session } = stepOf(event);
  const left = inWords(await listResources(settings().stage, session));
  if (left === "") return { outcome: "clean", message: "nothing is left" };
  return { outcome: isPatient(event) ? "not-yet" : "left", message: left };
}
