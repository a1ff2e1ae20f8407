import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { alertEvent, prose } from "../unit/fixture/budget.ts";
import { call, engine, gone, recordOf, reopenMonth, undertakerOf } from "./session.ts";

const { clients, stage } = engine;
const TableName = `${stage}-sessions`;
const month = { id: `#month-${new Date().toISOString().slice(0, 7)}` };
const alert = (lines: Parameters<typeof prose>[0]) =>
  alertEvent(
    prose({ "Budget Name": `${stage}-monthly`, ...lines }),
    new Date().toISOString(),
    `${stage}-budget`,
  );
const spent = { "Alert Threshold": "> $2.00", "ACTUAL Amount": "$2.00" };

/** Other tests launch on the same engine. */
afterEach(reopenMonth);

it("half of the budget is told once, and nothing is stopped", async () => {
  await call("react", alert({}));
  await call("react", alert({}));
  const item = await recordOf(month.id);
  expect(item?.toldThresholds).toEqual(new Set(["ACTUAL 50"]));
  expect(item).not.toHaveProperty("budgetReachedAt");
});

it("a spent budget ends what is live after a notice, and lets in only what is forced, which it spares", async () => {
  const session = newSession("spender");
  expect((await engine.waitFor(await engine.launch(session))).status).toBe("SUCCEEDED");
  await call("react", alert(spent));
  expect(await recordOf(month.id)).toMatchObject({ budgetReachedAt: expect.any(String) });
  expect(await recordOf(session)).toMatchObject({
    status: "ready",
    notice: { reason: "budget", told: true },
  });

  const late = await engine.waitFor(await engine.launch(newSession("late")));
  expect(late).toMatchObject({
    status: "FAILED",
    error: "Refused",
    cause: expect.stringMatching(/^this month's budget is spent, as AWS said at .*set force/),
  });
  const held = await engine.waitFor(await engine.extend(session, { holdMinutes: 30 }));
  expect(held).toMatchObject({
    status: "FAILED",
    cause: expect.stringContaining("budget of this month is spent"),
  });

  const forced = newSession("forced");
  expect(
    (await engine.waitFor(await engine.launch(forced, { blueprint: "admin", force: true }))).status,
  ).toBe("SUCCEEDED");
  await call("react", alert(spent));
  expect(await recordOf(forced)).not.toHaveProperty("notice");

  await clients.table.send(
    new UpdateCommand({
      TableName,
      Key: { id: session },
      UpdateExpression: "SET notice.endsAt = :past",
      ExpressionAttributeValues: { ":past": new Date(0).toISOString() },
    }),
  );
  const { Target } = await undertakerOf(session);
  await call("react", JSON.parse(Target?.Input ?? ""));
  expect(await gone(session)).toMatchObject({ reason: "budget" });
  await engine.waitFor(await engine.teardown(forced));
});
