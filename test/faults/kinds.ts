import type { Fault } from "../../local/proxy/fault.ts";
import { denialOf } from "../../local/proxy/refusal.ts";
import type { Target } from "./recorded.ts";

/** A kind of fault: what is done to a call, how often, and to which calls it can make a difference. */
export interface Kind {
  readonly name: string;
  readonly deed: (target: Pick<Target, "service">) => Fault["deed"];
  /** How many calls in a row; all from then on when it is not said. */
  readonly times?: number;
  readonly concerns: (target: Target, earlier: readonly Target[]) => boolean;
}

/** Longer than the SDK waits for an answer. */
const tooLong = 11_000;

/** As often as the SDK asks before it gives up and the step fails. */
const attempts = 4;

/** Whether a call changes something: AWS says it in the verb. */
export const isWrite = ({ action }: Pick<Target, "action">) => !/^(Get|Describe|List)/.test(action);

/** Until its first write a story has changed nothing; after that, each write leaves something else behind a dead process. */
const leavesSomethingElse = (target: Target, earlier: readonly Target[]) =>
  isWrite(target) || !earlier.some(({ story }) => story === target.story);

/** A state that may not read gives up at its first read; the others in it would end it in the same way. */
const givesUpHere = (target: Target, earlier: readonly Target[]) =>
  isWrite(target) ||
  !earlier.some((each) => !isWrite(each) && each.story === target.story && each.state === target.state);

/** A step that is asked again after an error of its own; with one that died in it there is a case at each write. */
const firstWriteHere = (target: Target, earlier: readonly Target[]) =>
  isWrite(target) &&
  !earlier.some((each) => isWrite(each) && each.story === target.story && each.state === target.state);

/** How the SDK bears the network is set once for all functions: the first write to a service stands for all. */
const firstOfItsService = (target: Target, earlier: readonly Target[]) =>
  isWrite(target) && !earlier.some((each) => isWrite(each) && each.service === target.service);

export const kinds: readonly Kind[] = [
  { name: "refused for good", deed: denied, concerns: givesUpHere },
  { name: "process killed", deed: () => ({ do: "kill" }), times: 1, concerns: leavesSomethingElse },
  { name: "refused once", deed: denied, times: 1, concerns: firstWriteHere },
  { name: "reply lost", deed: () => ({ do: "lose" }), times: 1, concerns: isWrite },
  { name: "throttled", deed: () => ({ do: "throttle" }), times: attempts, concerns: firstOfItsService },
  { name: "cut off", deed: () => ({ do: "drop" }), times: attempts, concerns: firstOfItsService },
  {
    name: "too slow",
    deed: () => ({ do: "hold", milliseconds: tooLong }),
    times: 1,
    concerns: firstOfItsService,
  },
];

function denied({ service }: Pick<Target, "service">): Fault["deed"] {
  return { do: "error", ...denialOf(service) };
}
