import type { EndReason } from "../../workflows/teardown.contract.ts";
import type { LookAgainAbout } from "../session/asks.ts";
import type { ClaimOnSession } from "../session/record.ts";
import type { Mark } from "./memory.ts";

/** A session that has to be ended, and why: `why` is for people. */
export interface End {
  session: string;
  reason: EndReason;
  why: string;
  /** How many teardowns the session has had; none is known of one without a record. */
  generation?: number;
  /** The claim of a teardown that has died; it must not keep out the next one. */
  deadClaim?: ClaimOnSession;
}

export type Repair =
  | { repair: "hire-undertaker"; session: string; at: Date; endReason?: EndReason; why: string }
  | {
      repair: "free-places";
      sessions: string[];
      /** US dollars that are committed in the books now, and by the sessions that are left. */
      seen: number;
      committed: number;
      why: string;
    };

/** What react is to look at once more, as if the event came that came once. */
export interface Ask {
  session: string;
  about: LookAgainAbout;
}

export interface Judgement {
  ends: End[];
  repairs: Repair[];
  asks: Ask[];
  /** For the operator: what is odd and is left as it is, a sentence each. */
  reports: string[];
  marks: Record<string, Mark>;
}
