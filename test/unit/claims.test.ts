import { expect, it } from "vitest";
import { isClaimed } from "../../functions/session/record.ts";
import { claimedBy, minutesAfter, now, session } from "./fixture/session.ts";

it("a claim holds until the moment that it names, and not at it", () => {
  const record = session({ claim: claimedBy("me", 35) });
  expect(isClaimed(record, now)).toBe(true);
  expect(isClaimed(record, new Date(minutesAfter(35).getTime() - 1))).toBe(true);
  expect(isClaimed(record, minutesAfter(35))).toBe(false);
  expect(isClaimed(session(), now)).toBe(false);
});
