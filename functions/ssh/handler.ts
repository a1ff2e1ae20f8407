import type { StepsOf } from "../../workflows/steps.ts";
import { route } from "../session/router.ts";
import { turnDoor } from "./turn-door.ts";

export const handler = route({ "turn-door": turnDoor } satisfies StepsOf<"ssh">);
