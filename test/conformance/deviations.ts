/** Something that the pinned engine does otherwise than AWS, and what our code does so that both are right. */
interface Deviation {
  /** What the engine does, in the terms of the case that states what AWS does. */
  observed: unknown;
  engine: string;
  instead: string;
}

/** All known deviations of MiniStack 1.5.33 and moto 5.2.5 from what our workflows and functions rely on. */
export const deviations = {
  startIsNeverTheSame: {
    observed: "ExecutionAlreadyExists",
    engine: "a second start under one name is refused, whatever its input",
    instead: "react takes the refusal for an answer: it looks whether that execution is still running",
  },
  workflowsHaveAllTheTime: {
    observed: "SUCCEEDED",
    engine: "a workflow's own TimeoutSeconds is ignored, so no execution is ever TIMED_OUT",
    instead:
      "every Task has a timeout of its own; the reaction to TIMED_OUT is tested with an event that we put",
  },
  missingPathIsNull: {
    observed: "SUCCEEDED",
    engine: "a path to nothing is null",
    instead: "every path of every workflow is checked against the contracts before it ever runs",
  },
  nullIsAbsent: {
    observed: { status: "SUCCEEDED", output: "no" },
    engine: "IsPresent takes null for absent",
    instead: "the check of the paths refuses IsPresent where null can be",
  },
  closedTokensAreUnknown: {
    observed: "TaskDoesNotExist",
    engine: "a token that was answered, or never was one, is unknown",
    instead: "whoever answers for a machine takes TaskDoesNotExist, TaskTimedOut and InvalidToken alike",
  },
  stopLeavesTokensOpen: {
    observed: "no error",
    engine: "StopExecution does not close the tokens of its tasks",
    instead: "nothing follows from an answer that was taken: the session's record and claim decide",
  },
  functionsThrowOneError: {
    observed: { error: "Runtime.HandlerError", message: 'no step is named "no-such-step"' },
    engine: "whatever a function throws goes by one name",
    instead: "retries and catches are on States.ALL; outcomes that matter are data",
  },
  thrownIsNotHeardInCallbacks: {
    observed: "States.Timeout",
    engine: "a function that throws before it passes its token on is not heard of until the timeout",
    instead: "the function sends the failure through the token as well as throwing it",
  },
  nestedErrorsKeepTheirNames: {
    observed: { status: "FAILED", error: "Broken" },
    engine: "a nested workflow's failure goes by its own error's name",
    instead: "the Catch around a nested workflow is on States.ALL, and nobody reads the name",
  },
  nestedStartsIgnoreNames: {
    observed: 2,
    engine: "a nested start runs under a name that is taken",
    instead: "the claim in the session's record is the lock; a teardown that does not get it ends at once",
  },
  nestedExecutionsEndInSilence: {
    observed: 1,
    engine: "an execution that another workflow waits for puts no event",
    instead: "the launch that waits puts its own, and react looks at the record of its session",
  },
  tokensAreNotRead: {
    observed: 2,
    engine: "a fleet request that is repeated makes a second machine",
    instead:
      "provision looks for a machine of the session before it asks for one, and ends all but the oldest",
  },
  groupsInUseCanGo: {
    observed: ["no error", "InvalidGroup.NotFound"],
    engine: "a security group goes while a machine still bears it",
    instead: 'teardown ends machines first, and takes DependencyViolation for "not yet": a unit test says so',
  },
  alarmsJudgeAllPointsAtOnce: {
    observed: ["another machine's: goes off", "its own: goes off"],
    engine:
      "an alarm takes the points of all dimensions and of all its periods together, and judges them when one comes",
    instead: "no local machine sends metrics: an alarm goes off by SetAlarmState, and only then",
  },
  subjectsHaveNoEnd: {
    observed: ["no error", "no error"],
    engine: "a notice's subject may be as long as it likes",
    instead: "subjects are cut before they are sent",
  },
} as const satisfies Record<string, Deviation>;
