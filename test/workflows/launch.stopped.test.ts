import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { otherUserData } from "../local/other-user-data.ts";
import { engine, eventually, gone, statesOf, withDoor } from "./session.ts";

const { clients, stage } = engine;

/** A machine that never answers, so that a launch waits for it. */
const silent = () => otherUserData(clients, stage, () => "#!/usr/bin/env bash\nexit 0\n");

it("a launch that the console's Stop button ends is cleaned up too", async () => {
  await using _ = await silent();
  const session = newSession("stopped");
  const executionArn = await engine.launch(session, withDoor);
  await eventually(async () => expect(await statesOf(clients, executionArn)).toContain("AwaitReady"));
  await clients.stepFunctions.send(new StopExecutionCommand({ executionArn }));
  expect(await gone(session)).toMatchObject({
    reason: "launch-stopped",
    ending: { saved: "admin keeps nothing" },
  });
});

it("a teardown during the launch stops it, and leaves nothing", async () => {
  await using _ = await silent();
  const session = newSession("early");
  const executionArn = await engine.launch(session, withDoor);
  await eventually(async () => expect(await statesOf(clients, executionArn)).toContain("AwaitReady"));
  expect((await engine.waitFor(await engine.teardown(session))).status).toBe("SUCCEEDED");
  expect((await engine.waitFor(executionArn)).status).toBe("ABORTED");
  expect(await gone(session)).toMatchObject({ reason: "operator" });
});
