import { blueprintNamed } from "../../blueprints/index.ts";
import type { SessionRecord } from "./record.ts";

/** What a machine was to begin with; without a word, with what is pinned. Undefined: it brings nothing back. */
export function restoreOf({ blueprint, restore }: Pick<SessionRecord, "blueprint" | "restore">) {
  const { save, storage } = blueprintNamed(blueprint);
  return save.by === "nobody" || storage.keptVolume ? undefined : (restore ?? "pinned");
}

const asked = (restore: string): string => {
  switch (restore) {
    case "pinned":
      return "what is pinned, or the newest";
    case "latest":
      return "the newest snapshot";
    case "none":
      return "an empty home";
    default:
      return `snapshot ${restore.slice(0, 8)}`;
  }
};

/** What was asked for and what came of it, in words; undefined for a machine that keeps nothing. */
export function homeText(record: SessionRecord): string | undefined {
  const restore = restoreOf(record);
  if (restore === undefined) return undefined;
  const wanted = `${restore} was asked for (${asked(restore)})`;
  const { ready } = record;
  if (ready === undefined) return `${wanted}; the machine has not said what came of it`;
  if (ready.restored === undefined) return `${wanted}; the machine did not say what came of it`;
  const { outcome, message: said } = ready.restored;
  // A machine's own words, on the way to a terminal.
  const message = said.replace(/\p{Cc}/gu, " ");
  switch (outcome) {
    case "whole":
      return `restored whole, ${message}; ${wanted}`;
    case "none":
      return `new: ${message}; ${wanted}`;
    case "failed":
      return `NOT RESTORED: ${message}; ${wanted}. Nothing of this home is backed up`;
  }
}
