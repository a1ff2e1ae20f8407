import type { StepsOf } from "../../workflows/steps.ts";
import { route } from "../session/router.ts";
import { admit } from "./admit.ts";
import { announce } from "./announce.ts";
import { attachVolume } from "./attach-volume.ts";
import { giveUp } from "./give-up.ts";
import { guard } from "./guard.ts";
import { hireUndertaker } from "./hire-undertaker.ts";
import { invite } from "./invite.ts";
import { provision } from "./provision.ts";

export const handler = route({
  admit,
  "hire-undertaker": hireUndertaker,
  provision,
  "attach-volume": attachVolume,
  guard,
  invite,
  announce,
  "give-up": giveUp,
} satisfies StepsOf<"launch">);
