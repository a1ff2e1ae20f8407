import { startTeardown } from "../session/start-teardown.ts";
import { releaseClaim } from "../session/store.ts";
import { dismissUndertaker, rehireUndertaker } from "../session/undertaker.ts";
import { closeMonth, tellOfBudget } from "./acts/budget.ts";
import { callOff } from "./acts/call-off.ts";
import { interrupt, saveEarly } from "./acts/interruption.ts";
import { warn, withdraw } from "./acts/notice.ts";
import { say } from "./acts/tag.ts";
import { startWorkflow } from "./acts/workflow.ts";
import type { ComeBack, Decision, TearDown } from "./decision.ts";

/** From a decision to the calls that carry it out. Each may be made twice: events are. */
export async function act(decision: Decision): Promise<void> {
  switch (decision.action) {
    case "nothing":
      return;
    case "come-back":
      return comeBack(decision);
    case "dismiss":
      return dismissUndertaker(decision.session);
    case "call-off":
      return callOff(decision);
    case "tear-down":
      return endSession(decision);
    case "hear":
      return say(decision.instanceId, { heard: decision.answer });
    case "warn":
      return warn(decision);
    case "withdraw":
      return withdraw(decision);
    case "interrupt":
      return interrupt(decision);
    case "save-early":
      return saveEarly(decision);
    case "close-month":
      return closeMonth(decision);
    case "tell-of-budget":
      return tellOfBudget(decision);
    case "start-workflow":
      return startWorkflow(decision);
  }
}

const endSession = ({ session, endReason, told, generation }: TearDown): Promise<void> =>
  startTeardown({ session, reason: endReason, ...told }, generation);

async function comeBack({ session, endReason, at, deadClaim }: ComeBack): Promise<void> {
  if (deadClaim !== undefined) await releaseClaim(session, deadClaim);
  await rehireUndertaker({ session, ...(endReason && { endReason }) }, at);
}
