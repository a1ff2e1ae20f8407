import type * as z from "zod";
import { backupPlan, backupVerdict } from "./backup.contract.ts";
import { extension } from "./extend.contract.ts";
import {
  admission,
  givenUp,
  guarded,
  hired,
  invited,
  launched,
  provision,
  readyMessage,
} from "./launch.contract.ts";
import { turn } from "./ssh.contract.ts";
import {
  asked,
  claim,
  cleanedUp,
  interruptionWatched,
  kept,
  reported,
  saveAnswer,
  savePlan,
  saveVerdict,
  termination,
  tornDown,
  verification,
} from "./teardown.contract.ts";

/**
 * What each step answers, by workflow and by the name the workflow calls it. The functions' tables are held to this by
 * the compiler, the workflows' paths by the tests.
 */
export const stepAnswers = {
  backup: { "plan-save": backupPlan, "ask-save": asked, "judge-save": backupVerdict },
  extend: { extend: extension },
  launch: {
    admit: admission,
    "hire-undertaker": hired,
    provision,
    guard: guarded,
    invite: invited,
    announce: launched,
    "give-up": givenUp,
  },
  ssh: { "turn-door": turn },
  teardown: {
    claim,
    "plan-save": savePlan,
    "ask-save": asked,
    "judge-save": saveVerdict,
    "await-interruption": interruptionWatched,
    keep: kept,
    terminate: termination,
    "clean-up": cleanedUp,
    verify: verification,
    account: tornDown,
    announce: tornDown,
    "report-leftovers": reported,
  },
};

/** What comes back through the task token that a step has passed on, in the place of the step's own answer. */
export const callbackAnswers = {
  backup: { "ask-save": saveAnswer },
  launch: { invite: readyMessage },
  teardown: { "ask-save": saveAnswer },
};

/** A function's table from step name to module, for all steps that its workflow calls and no others. */
export type StepsOf<Workflow extends keyof typeof stepAnswers> = {
  [Step in keyof (typeof stepAnswers)[Workflow]]: (
    event: unknown,
  ) => Promise<z.infer<(typeof stepAnswers)[Workflow][Step]>>;
};
