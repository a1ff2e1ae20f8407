import type { StepsOf } from "../../workflows/steps.ts";
import { route } from "../session/router.ts";
import { change } from "./change.ts";

export const handler = route({ change } satisfies StepsOf<"device">);
