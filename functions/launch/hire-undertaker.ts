import type { Hired } from "../../workflows/launch.contract.ts";
import { expiryNoticeAt } from "../session/caps.ts";
import { stepOf } from "../session/step.ts";
import { getSession } from "../session/store.ts";
import { hireUndertaker as hire } from "../session/undertaker.ts";

/** The expiry of a session exists before its machine does, so no crash leaves a machine that nobody will end. */
export async function hireUndertaker(event: unknown): Promise<Hired> {
  const { session } = stepOf(event);
  const record = await getSession(session);
  await hire({ session }, expiryNoticeAt(record));
  return { outcome: "hired" };
}
