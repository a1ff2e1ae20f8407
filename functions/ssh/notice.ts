import { type Notice, wholeStory } from "../session/notices.ts";
import { openingOf } from "../session/opening.ts";
import type { SessionRecord } from "../session/record.ts";
import { inWords } from "./judge.ts";

/** An open port is a matter of security: the operator hears of each change, and of who wanted it. */
export function doorNotice(record: SessionRecord): Notice {
  const { id, doorChanges } = record;
  const opening = openingOf(record);
  const last = doorChanges?.at(-1);
  const how =
    opening === undefined
      ? `To turn it on again: npx moonbase ssh on ${id}`
      : `To turn it off: npx moonbase ssh off ${id}`;
  return {
    subject: `Moonbase session ${id}: ssh is ${opening === undefined ? "off" : `on for ${opening.sourceCidr}`}`,
    lines: [
      `From ${last?.at} on ${inWords(record, opening?.sourceCidr)}.`,
      `Asked for by: ${last?.by ?? "nobody has said"}.`,
      ...(opening === undefined ? ["Connections that are open go on."] : []),
      how,
      wholeStory(id),
    ],
  };
}
