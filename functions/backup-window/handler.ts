import type { StepsOf } from "../../workflows/steps.ts";
import { route } from "../session/router.ts";
import { close } from "./close.ts";
import { grow } from "./grow.ts";
import { plan } from "./plan.ts";
import { reportFailure } from "./report-failure.ts";
import { takeSnapshot } from "./take-snapshot.ts";
import { watch } from "./watch.ts";
import { watchSnapshot } from "./watch-snapshot.ts";

export const handler = route({
  plan,
  watch,
  "take-snapshot": takeSnapshot,
  "watch-snapshot": watchSnapshot,
  grow,
  close,
  "report-failure": reportFailure,
} satisfies StepsOf<"backup-window">);
