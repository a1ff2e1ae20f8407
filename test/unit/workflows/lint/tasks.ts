import type { Retrier } from "../definition.ts";
import type { Place, StateRule } from "./finding.ts";

/** A Task ends in time, asks again with patience, and an error of it is caught. */

const isTask = ({ state }: Place) => state.Type === "Task";

export const endsInTime: StateRule = (place) => {
  const { TimeoutSeconds } = place.state;
  if (!isTask(place) || (TimeoutSeconds !== undefined && TimeoutSeconds > 0)) return [];
  return ["has no TimeoutSeconds"];
};

/** Asking a busy service again at once, or all at the same moment, keeps it busy. */
function impatience({ ErrorEquals, MaxAttempts, MaxDelaySeconds, JitterStrategy }: Retrier): string[] {
  const errors = ErrorEquals.join(", ");
  if (MaxAttempts === undefined) return [`retries ${errors} without saying how often`];
  if (MaxAttempts === 0) return [];
  return [
    ...(JitterStrategy === "FULL" ? [] : [`retries ${errors} without full jitter`]),
    ...(MaxDelaySeconds === undefined ? [`retries ${errors} without a cap on its delay`] : []),
  ];
}

export const retriesWithPatience: StateRule = ({ state }) => (state.Retry ?? []).flatMap(impatience);

export const retries: StateRule = (place) => {
  const again = place.state.Retry?.some(({ MaxAttempts }) => MaxAttempts !== 0) ?? false;
  return isTask(place) && !again ? ["is never tried again"] : [];
};

const catchesAll = ({ Catch }: Place["state"]) =>
  Catch?.some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL")) ?? false;

/** By itself, or by a Map or Parallel around it. */
export const isCaught: StateRule = (place) =>
  isTask(place) && ![place.state, ...place.around].some(catchesAll)
    ? ["does not catch States.ALL, nor does a state around it"]
    : [];
