import { expect, it } from "vitest";
import { judgeVolumeProof } from "../../../functions/session/proofs.ts";

const attached = { volume: { id: "vol-1", gib: 100 } };
const seen = (state: string) => [{ id: "vol-1", state }];

it.each(["in-use", "available"])("what is on the machine's own volume is safe while that is %s", (state) => {
  expect(judgeVolumeProof("vol-1", attached, seen(state))).toEqual({ outcome: "proven" });
});

it.each([
  ["another volume", "vol-2", attached, seen("in-use"), /vol-2 is not the volume that its machine was given/],
  ["a volume that nobody attached", "vol-1", {}, seen("in-use"), /not the volume that its machine was given/],
  ["a volume that is gone", "vol-1", attached, [], /there is no volume vol-1/],
  ["a broken one", "vol-1", attached, seen("error"), /vol-1 is in state error/],
])("is not believed of %s", (_, id, record, volumes, reason) => {
  expect(judgeVolumeProof(id, record, volumes)).toEqual({
    outcome: "not-found",
    reason: expect.stringMatching(reason),
  });
});
