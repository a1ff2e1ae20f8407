import { blueprintNamed } from "../../blueprints/index.ts";
import type { Save } from "../../workflows/teardown.contract.ts";
import { stepOf } from "../session/step.ts";
import { findSession } from "../session/store.ts";

/** Saves what the blueprint says must survive. A throw-away machine says so, and the record will too. */
export async function save(event: unknown): Promise<Save> {
  const { session } = stepOf(event);
  const record = await findSession(session);
  if (record === undefined) return { outcome: "nothing-to-save", message: "no record says what to save" };
  const blueprint = blueprintNamed(record.blueprint);
  switch (blueprint.save.by) {
    case "nobody":
      return { outcome: "nothing-to-save", message: `${blueprint.name} keeps nothing` };
    case "machine":
      throw new Error("no machine can be asked to save yet");
  }
}
