import { expect, it } from "vitest";
import { claimedCaller } from "../../../cli/session/caller.ts";
import { requestedBy } from "../../../workflows/fields.ts";

const nobody = () => "";

it("the caller's ARN says who asks; where there is none, user and host do", () => {
  const arn = "arn:aws:iam::000000000000:user/ops/me+aws@example.org";
  expect(claimedCaller(arn, () => "me@laptop")).toBe(arn);
  expect(claimedCaller("", () => "me@laptop")).toBe("me@laptop");
  expect(claimedCaller("", nobody)).toBeUndefined();
});

it("is made fit for the launch: odd characters are replaced, and of a long one the end stays", () => {
  expect(claimedCaller("", () => "josé@lap\ntop")).toBe("jos_@lap_top");
  const long = `arn:aws:sts::000000000000:assumed-role/${"r".repeat(64)}/${"s".repeat(40)}@example.org`;
  const said = claimedCaller(long, nobody) ?? "";
  expect(said).toHaveLength(120);
  expect(said).toMatch(/@example\.org$/);
  expect(requestedBy.safeParse(said).success).toBe(true);
});
