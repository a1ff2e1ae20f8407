import type { StepsOf } from "../../workflows/steps.ts";
import { route } from "../session/router.ts";
import { account } from "./account.ts";
import { announce } from "./announce.ts";
import { askSave } from "./ask-save.ts";
import { awaitInterruption } from "./await-interruption.ts";
import { claim } from "./claim.ts";
import { cleanUp } from "./clean-up.ts";
import { judgeSave } from "./judge-save.ts";
import { keep } from "./keep.ts";
import { planSave } from "./plan-save.ts";
import { reportLeftovers } from "./report-leftovers.ts";
import { terminate } from "./terminate.ts";
import { verify } from "./verify.ts";

export const handler = route({
  claim,
  "plan-save": planSave,
  "ask-save": askSave,
  "judge-save": judgeSave,
  "await-interruption": awaitInterruption,
  keep,
  terminate,
  "clean-up": cleanUp,
  verify,
  account,
  announce,
  "report-leftovers": reportLeftovers,
} satisfies StepsOf<"teardown">);
