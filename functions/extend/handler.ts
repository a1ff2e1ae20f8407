import type { StepsOf } from "../../workflows/steps.ts";
import { route } from "../session/router.ts";
import { extend } from "./extend.ts";

export const handler = route({ extend } satisfies StepsOf<"extend">);
