import { type Broken, brokenForEngine } from "./broken-engine.ts";
import { choice, parallel, task, workflow } from "./sound.ts";

const retrier = { ErrorEquals: ["States.ALL"], MaxAttempts: 3, MaxDelaySeconds: 15, JitterStrategy: "FULL" };
const retry = (different: Record<string, unknown>) =>
  workflow({ Save: task({ Retry: [{ ...retrier, ...different }] }) });
const save = (different: Record<string, unknown>) => workflow({ Save: task(different) });
const inParallel = (inner: Record<string, unknown>) => workflow({ Save: parallel(inner) });

/** For each rule, definitions that break it and no other: what is wrong with them, and what the rule says. */
export const broken: Broken = {
  hasTimeout: [
    ["none", workflow({}, { TimeoutSeconds: undefined }), "workflow: has no TimeoutSeconds"],
    ["too short", workflow({}, { TimeoutSeconds: 60 }), "Save: may take as long as the whole"],
  ],
  tellsItsStory: [
    ["none", workflow({}, { Comment: undefined }), "workflow: has no Comment"],
    ["too short", workflow({}, { Comment: "Saves." }), "workflow: has no Comment"],
  ],
  isReached: [
    ["an orphan", workflow({ Wait: { Type: "Wait", Seconds: 1, Next: "Fail" } }), "Wait: is never reached"],
    ["no start", workflow({}, { StartAt: "Begin" }), 'workflow: starts at "Begin"'],
  ],
  isNamedByVerb: [
    [
      "a noun",
      workflow({ Save: task({ Next: "Judgement" }), Judgement: choice(), Judge: undefined }),
      "Judgement",
    ],
    [
      "two words",
      workflow({
        Judge: choice({}, { Default: "Fail it" }),
        "Fail it": { Type: "Fail" },
        Save: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Fail it" }] }),
        Fail: undefined,
      }),
      "Fail it: is not named in plain words",
    ],
    [
      "a short form",
      workflow({ Save: task({ Next: "JudgeEC2" }), JudgeEC2: choice(), Judge: undefined }),
      "JudgeEC2: is not named in plain words",
    ],
  ],
  leadsSomewhere: [
    [
      "a Next that is not there",
      workflow({ Judge: choice({}, { Default: "Wait" }) }),
      'Judge: leads to "Wait"',
    ],
    [
      "a Catch that is not there",
      save({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Report" }] }),
      'Save: leads to "Report"',
    ],
    [
      "a dead end",
      workflow({
        Save: task({ Next: "Wait" }),
        Wait: { Type: "Wait", Seconds: 1 },
        Judge: undefined,
        Leave: undefined,
      }),
      "Wait: leads nowhere",
    ],
  ],
  decidesAlways: [
    ["no Default", workflow({ Judge: choice({}, { Default: undefined }) }), "Judge: has no Default"],
  ],
  failsAfterCatching: [
    [
      "at once",
      save({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Leave" }] }),
      "Save: catches an error and ends well, in Leave",
    ],
    [
      "on one way",
      save({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Judge" }] }),
      "Save: catches an error and ends well, in Leave",
    ],
    [
      "by End",
      workflow({
        Save: task({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Report" }] }),
        Report: task({ Next: undefined, End: true }),
      }),
      "Save: catches an error and ends well, in Report",
    ],
  ],
  endsInTime: [
    ["none", save({ TimeoutSeconds: undefined }), "Save: has no TimeoutSeconds"],
    ["nought", save({ TimeoutSeconds: 0 }), "Save: has no TimeoutSeconds"],
    [
      "none inside",
      inParallel({ Save: task({ TimeoutSeconds: undefined, Next: "Fail" }), Fail: { Type: "Fail" } }),
      "Save: has no TimeoutSeconds",
    ],
  ],
  retries: [
    ["no retry", save({ Retry: undefined }), "Save: is never tried again"],
    ["none that retries", retry({ MaxAttempts: 0 }), "Save: is never tried again"],
  ],
  retriesWithPatience: [
    ["no jitter", retry({ JitterStrategy: undefined }), "without full jitter"],
    ["jitter off", retry({ JitterStrategy: "NONE" }), "without full jitter"],
    ["no cap", retry({ MaxDelaySeconds: undefined }), "without a cap"],
    ["no number", retry({ MaxAttempts: undefined }), "without saying how often"],
  ],
  isCaught: [
    ["no Catch", save({ Catch: undefined }), "Save: does not catch States.ALL"],
    [
      "another error only",
      save({ Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Fail" }] }),
      "Save: does not catch",
    ],
  ],
  ...brokenForEngine,
};
