import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it, vi } from "vitest";
import { clientEnvironment } from "../../local/environment.ts";
import { newSession } from "../local/engine.ts";
import { settings } from "../unit/fixture/session.ts";
import { engine, gone, machinesOf, recordOf } from "./session.ts";
import { chance } from "./storm/chance.ts";
import { type Gust, stateChange, storm, visits } from "./storm/weather.ts";
import { endOf, letNoticePass, machines, makeOrdinary, populate, tag, take } from "./storm/world.ts";

vi.mock(import("../../blueprints/index.ts"), async (original) =>
  (await import("../unit/fixture/keeper.ts")).withKeeper(await original()),
);

const { clients, endpoints, stage } = engine;
const seed = Number(process.env.STORM_SEED ?? 20_261_120);
const workflow = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${stage}-${name}`;

/** React in this process, on the engine's table, machines, schedules and workflows. */
async function reactHere() {
  for (const [name, value] of Object.entries(clientEnvironment(endpoints))) vi.stubEnv(name, value);
  vi.stubEnv(
    "MOONBASE_SETTINGS",
    JSON.stringify({
      ...settings,
      stage,
      maximumSessions: 100,
      monthlyBudget: 100,
      launchWorkflowArn: workflow("launch"),
      teardownWorkflowArn: workflow("teardown"),
      extendWorkflowArn: workflow("extend"),
      sshWorkflowArn: workflow("ssh"),
      scheduledWorkflowArns: {},
      reactFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${stage}-react`,
      schedulerRoleArn: `arn:aws:iam::000000000000:role/${stage}-scheduler`,
      deadLetterQueueArn: `arn:aws:sqs:us-east-1:000000000000:${stage}-dead-letters`,
      noticesTopicArn: `arn:aws:sns:us-east-1:000000000000:${stage}-notices`,
      backupBucket: "none",
    }),
  );
  const { log } = await import("../../functions/session/log.ts");
  const { handler } = await import("../../functions/react/handler.ts");
  return { log, handler };
}

/** Lambda asks twice more before an event goes to the dead-letter queue. */
const tries = 3;
const atOnce = 10;

it("a storm of a thousand events ends nothing wrongly, forgets nothing, and says why each time", async () => {
  const { log, handler } = await reactHere();
  const said = vi.spyOn(log, "info");
  const luck = chance(seed);
  const souls = await populate(newSession("storm"));
  const [untagged = "", foreign = "", another = ""] = await machines(3);
  const [quiet] = souls;
  await tag(foreign, { "moonbase:stage": "another", "moonbase:session": quiet?.session ?? "" });
  await tag(another, { "moonbase:stage": stage, "moonbase:session": quiet?.session ?? "" });
  const strangers = [untagged, foreign, another, "i-0123456789abcdef0", "nonsense", ""];
  // Edited by hand while the storm blows: one machine says it is another's, one says nothing that could be a session.
  const retagged = souls.filter(({ fate }) => fate === "retagged");
  await Promise.all(
    retagged.map(({ instanceId }, index) =>
      tag(instanceId, { "moonbase:session": index % 2 === 0 ? (quiet?.session ?? "") : "#live" }),
    ),
  );

  const letters: { gust: Gust; error: unknown }[] = [];
  const blow = async (gust: Gust) => {
    for (let attempt = 1; attempt <= tries; attempt += 1) {
      try {
        return await handler(gust.event);
      } catch (error) {
        if (attempt === tries) letters.push({ gust, error });
      }
    }
  };
  const blowAll = async (gusts: Gust[]) => {
    for (let first = 0; first < gusts.length; first += atOnce) {
      await Promise.all(gusts.slice(first, first + atOnce).map(blow));
    }
  };

  const last = visits(souls);
  const gusts = storm(souls, strangers, 1_000 - last.length, luck);
  await blowAll(gusts);
  const interrupted = souls.filter((soul) => endOf(soul) === "interrupted");
  await take(interrupted);
  await blowAll(interrupted.map(({ instanceId }) => ({ event: stateChange(instanceId, "terminated") })));
  await Promise.all(souls.map(letNoticePass));
  await blowAll(luck.shuffled(last));

  expect(letters.filter(({ gust }) => !gust.malformed).map(({ error }) => String(error))).toEqual([]);
  const malformed = gusts.filter((gust) => gust.malformed).length;
  expect(letters, "what cannot be read, and only that, is kept as a dead letter").toHaveLength(malformed);

  const decisions = said.mock.calls.filter(([what]) => what === "decided").map(([, why]) => why);
  expect(decisions.length).toBeGreaterThanOrEqual(1_000 + interrupted.length - malformed);
  for (const why of decisions) {
    expect(why).toMatchObject({ event: expect.stringMatching(/./), reason: expect.stringMatching(/.{8}/) });
  }

  const doomed = souls.filter((soul) => endOf(soul) !== undefined);
  const spared = souls.filter((soul) => endOf(soul) === undefined);
  for (const soul of doomed) {
    expect(await gone(soul.session, 60), soul.session).toMatchObject({ reason: endOf(soul) });
  }
  for (const soul of spared) {
    const record = await recordOf(soul.session);
    expect(record, soul.session).toMatchObject({ generation: 0 });
    for (const sign of ["claim", "reason", "notice", "ending"]) expect(record).not.toHaveProperty(sign);
    const where = soul.fate === "retagged" ? (quiet?.session ?? "") : soul.session;
    const states = (await machinesOf(where)).map(({ State }) => State?.Name);
    if (soul.fate !== "retagged") expect(states, soul.session).toContain("running");
    expect(states).not.toContain("terminated");
  }

  await Promise.all(souls.filter(({ fate }) => fate === "advised").map(makeOrdinary));
  await Promise.all(
    retagged.map(({ session, instanceId }) => tag(instanceId, { "moonbase:session": session })),
  );
  await take([{ session: "", fate: "quiet", instanceId: another }]);
  const ends = await Promise.all(
    spared.map(async ({ session }) => engine.waitFor(await engine.teardown(session))),
  );
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(["SUCCEEDED"]));
  await clients.table.send(
    new UpdateCommand({
      TableName: `${stage}-sessions`,
      Key: { id: `#month-${new Date().toISOString().slice(0, 7)}` },
      UpdateExpression: "REMOVE toldThresholds",
    }),
  );
}, 240_000);
