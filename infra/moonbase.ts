import { type App, Tags, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { namesOf } from "../functions/session/names.ts";
import { tagKeys } from "../functions/session/tags.ts";
import { readConfig } from "./config.ts";
import { ControlStack } from "./stacks/control.ts";
import { DataStack } from "./stacks/data.ts";
import { MachinesStack } from "./stacks/machines.ts";

/**
 * One stage: three stacks with three lives. None refers to another: they meet by the names of `namesOf`,
 * so that each can be replaced alone. No account and no region is looked up, here or in any of them.
 */
export function addMoonbase(app: App) {
  const config = readConfig(app.node.tryGetContext("moonbase"));
  const names = namesOf(config.stage);
  const properties = { config, ...(config.region !== undefined && { env: { region: config.region } }) };

  const stacks = {
    data: new DataStack(app, names.dataStack, properties),
    machines: new MachinesStack(app, names.machinesStack, properties),
    control: new ControlStack(app, names.controlStack, properties),
  };
  Tags.of(app).add(tagKeys.stage, config.stage);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { config, names, ...stacks };
}
