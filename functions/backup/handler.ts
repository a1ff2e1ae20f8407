import type { StepsOf } from "../../workflows/steps.ts";
import { route } from "../session/router.ts";
import { askSave } from "./ask-save.ts";
import { judgeSave } from "./judge-save.ts";
import { planSave } from "./plan-save.ts";

export const handler = route({
  "plan-save": planSave,
  "ask-save": askSave,
  "judge-save": judgeSave,
} satisfies StepsOf<"backup">);
