import { expect, it } from "vitest";
import { monthlyText } from "../../../cli/show/volume-price.ts";
import { backupTarget } from "../../../functions/session/backup-target.ts";

it("what is opted into says its price a month, and nothing has none", () => {
  expect(monthlyText(null, "us-east-1")).toBeUndefined();
  const text = monthlyText(backupTarget.parse({}), "us-east-1");
  expect(text).toMatch(/about \$8\.00 a month for 100 GiB/);
  expect(text).toMatch(/at most \$35\.00/);
  expect(monthlyText(backupTarget.parse({ sizeGiB: 200 }), "us-west-1")).toContain("about $19.20 a month");
});

it("a region without a price of its own is priced as the dearest", () => {
  expect(monthlyText(backupTarget.parse({}), "")).toContain("about $9.60 a month");
});
