import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { namesOf } from "../../functions/session/names.ts";
import { deployMachines } from "../../local/deploy/machines.ts";
import { synthesize } from "../../local/deploy.ts";
import { RunFile } from "../../local/engine/run-file.ts";
import { sharedEngine } from "./engine.ts";

const { clients, folder } = sharedEngine();

test("a stage beside the first is deployed, and a second deploy brings it up to date", async () => {
  const place = join(folder, "second-stage");
  mkdirSync(place, { recursive: true });
  const engine = { folder: place, running: new RunFile(place) };
  const { stage, assembly } = await synthesize(engine, { stage: "second" });
  expect(stage).toBe("second");
  await deployMachines(clients, stage, assembly);
  expect(await userData()).toContain("MOONBASE_BLUEPRINT=admin");

  const template = join(assembly, `${namesOf(stage).machinesStack}.template.json`);
  const changed = readFileSync(template, "utf8").replaceAll(
    "MOONBASE_BLUEPRINT=admin",
    "MOONBASE_BLUEPRINT=other",
  );
  writeFileSync(template, changed);
  await deployMachines(clients, stage, assembly);
  expect(await userData()).toContain("MOONBASE_BLUEPRINT=other");
  // Nothing to change is no error.
  await deployMachines(clients, stage, assembly);
});

async function userData(): Promise<string> {
  const wanted = { LaunchTemplateName: namesOf("second").launchTemplate("admin"), Versions: ["$Latest"] };
  const { LaunchTemplateVersions } = await clients.ec2.send(
    new DescribeLaunchTemplateVersionsCommand(wanted),
  );
  return Buffer.from(LaunchTemplateVersions?.[0]?.LaunchTemplateData?.UserData ?? "", "base64").toString();
}
