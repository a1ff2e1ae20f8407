import type { StepsOf } from "../../workflows/steps.ts";
import { route } from "../session/router.ts";
import { account } from "./account.ts";
import { announce } from "./announce.ts";
import { claim } from "./claim.ts";
import { cleanUp } from "./clean-up.ts";
import { reportLeftovers } from "./report-leftovers.ts";
import { save } from "./save.ts";
import { terminate } from "./terminate.ts";
import { verify } from "./verify.ts";

export const handler = route({
  claim,
  save,
  terminate,
  "clean-up": cleanUp,
  verify,
  account,
  announce,
  "report-leftovers": reportLeftovers,
} satisfies StepsOf<"teardown">);
