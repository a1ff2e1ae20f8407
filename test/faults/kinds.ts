import type { Fault } from "../../local/proxy/fault.ts";
import { denialOf } from "../../local/proxy/refusal.ts";
import type { Target } from "./recorded.ts";

/** A kind of fault: what is done to a call, how often, and to which calls it can make a difference. */
export interface Kind {
  readonly name: string;
  readonly deed: (target: Target) => Fault["deed"];
  /** How many calls in a row; all from then on when it is not said. */
  readonly times?: number;
  readonly concerns: (target: Target, earlier: readonly Target[]) => boolean;
}

/** Longer than the SDK waits for an answer. */
const tooLong = 11_000;

/** As often as the SDK asks before it gives up and the step fails. */
const attempts = 4;

const always = () => true;
const writes = ({ action }: Target) => !/^(Get|Describe|List)/.test(action);
/** What only the SDK and the network have to do with is the same for every call of a service: the first one stands for all. */
const firstOfItsService = (target: Target, earlier: readonly Target[]) =>
  writes(target) &&
  !earlier.some((each) => writes(each) && each.caller === target.caller && each.service === target.service);

export const kinds: readonly Kind[] = [
  { name: "refused for good", deed: denied, concerns: always },
  { name: "process killed", deed: () => ({ do: "kill" }), times: 1, concerns: always },
  { name: "refused once", deed: denied, times: 1, concerns: writes },
  { name: "reply lost", deed: () => ({ do: "lose" }), times: 1, concerns: writes },
  { name: "throttled", deed: () => ({ do: "throttle" }), times: attempts, concerns: writes },
  { name: "cut off", deed: () => ({ do: "drop" }), times: attempts, concerns: firstOfItsService },
  {
    name: "too slow",
    deed: () => ({ do: "hold", milliseconds: tooLong }),
    times: 1,
    concerns: firstOfItsService,
  },
];

function denied({ service }: Target): Fault["deed"] {
  return { do: "error", ...denialOf(service) };
}
