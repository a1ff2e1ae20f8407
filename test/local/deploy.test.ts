import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import { DescribeLaunchTemplateVersionsCommand } from "@aws-sdk/client-ec2";
import { expect, test } from "vitest";
import { z } from "zod";
import { namesOf } from "../../functions/session/names.ts";
import { deployMachines } from "../../local/deploy/machines.ts";
import { synthesize } from "../../local/deploy.ts";
import { RunFile } from "../../local/engine/run-file.ts";
import { leftOut } from "../../local/left-out.ts";
import { sharedEngine } from "./engine.ts";

const { clients, folder, stage } = sharedEngine();

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

test("the engine has all that is in the templates but the types on the list", async () => {
  const assembly = join(folder, "cdk.out");
  const { controlStack } = namesOf(stage);
  const logicalIds = (place: string) => {
    const text = readFileSync(join(place, `${controlStack}.template.json`), "utf8");
    const { Resources } = z
      .object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) })
      .parse(JSON.parse(text));
    return Object.entries(Resources).map(([id, { Type }]) => ({ id, Type }));
  };
  const missing = logicalIds(assembly).filter(
    ({ id }) => !logicalIds(`${assembly}.engine`).some((kept) => kept.id === id),
  );
  expect(missing.map(({ Type }) => Type)).toEqual(leftOut.resourceTypes.names);
  const { StackResources } = await clients.serverlessStacks.send(
    new DescribeStackResourcesCommand({ StackName: controlStack }),
  );
  expect(StackResources).toHaveLength(logicalIds(assembly).length - missing.length);
});

async function userData(): Promise<string> {
  const wanted = { LaunchTemplateName: namesOf("second").launchTemplate("admin"), Versions: ["$Latest"] };
  const { LaunchTemplateVersions } = await clients.ec2.send(
    new DescribeLaunchTemplateVersionsCommand(wanted),
  );
  return Buffer.from(LaunchTemplateVersions?.[0]?.LaunchTemplateData?.UserData ?? "", "base64").toString();
}
