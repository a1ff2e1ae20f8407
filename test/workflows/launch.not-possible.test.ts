import {
  CreateLaunchTemplateCommand,
  DeleteLaunchTemplateCommand,
  DescribeLaunchTemplateVersionsCommand,
} from "@aws-sdk/client-ec2";
import { expect, it } from "vitest";
import { newSession } from "../local/engine.ts";
import { engine, gone, statesOf, withDoor } from "./session.ts";

const LaunchTemplateName = `${engine.stage}-admin`;
const { ec2 } = engine.clients;

it("what EC2 refuses for good fails the launch with EC2's reason, after everything is taken back", async () => {
  const { LaunchTemplateVersions } = await ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName, Versions: ["$Latest"] }),
  );
  // Described and requested templates differ in type only.
  const LaunchTemplateData = JSON.parse(JSON.stringify(LaunchTemplateVersions?.[0]?.LaunchTemplateData));
  await ec2.send(new DeleteLaunchTemplateCommand({ LaunchTemplateName }));
  try {
    const session = newSession("refusal");
    const execution = await engine.launch(session, withDoor);
    expect(await engine.waitFor(execution)).toMatchObject({
      error: "LaunchFailed",
      cause: expect.stringContaining("not-possible"),
    });
    expect((await statesOf(engine.clients, execution)).slice(-4)).toEqual([
      "JudgeProvision",
      "GiveUp",
      "TearDown",
      "Fail",
    ]);
    expect(await gone(session)).toMatchObject({ reason: "launch-failed", ending: { hours: 0, cost: 0 } });
  } finally {
    await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
  }
});
