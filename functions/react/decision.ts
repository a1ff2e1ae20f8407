import type { EndReason } from "../../workflows/teardown.contract.ts";
import type { ClaimOnSession } from "../session/record.ts";

/** What to do about a session, and why. The reason is logged whatever the action is. */
export type Decision =
  | { action: "nothing"; reason: string }
  | { action: "tear-down"; session: string; endReason: EndReason; generation: number; reason: string }
  | {
      action: "come-back";
      session: string;
      at: Date;
      /** Why the session ends, when its end was begun already. */
      endReason?: EndReason;
      /** The claim of a teardown that has died; it must not keep out the next one. */
      deadClaim?: ClaimOnSession;
      reason: string;
    }
  | { action: "dismiss"; session: string; reason: string }
  | { action: "fail-launch"; session: string; instanceId: string; cause: string; reason: string };

export const nothing = (reason: string): Decision => ({ action: "nothing", reason });
