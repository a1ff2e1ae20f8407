import { join } from "node:path";
import type { Construct } from "constructs";
import { devbox } from "../../blueprints/devbox.ts";
import { blueprints, chosen, namesOfAbsentStandIns } from "../../blueprints/index.ts";
import { choicesOf } from "../../functions/session/choices.ts";
import { Machine } from "../constructs/machine.ts";
import { MoonbaseStack, type MoonbaseStackProps } from "../constructs/moonbase-stack.ts";
import { ScriptBundle } from "../constructs/script-bundle.ts";
import { machineGrants } from "../policies/machine.ts";
import { ansibleGrants } from "../policies/machine-devbox.ts";
import { keyOfStage, withOwnKey } from "../policies/own-key.ts";

const scripts = join(import.meta.dirname, "../../instance-scripts");

/** What every kind of machine needs before it is launched. Costs nothing while no machine is up. */
export class MachinesStack extends MoonbaseStack {
  constructor(scope: Construct, id: string, props: MoonbaseStackProps) {
    super(scope, id, { description: "Moonbase: launch templates, groups and roles of machines", ...props });
    const bundle = new ScriptBundle(this, "Scripts", scripts, namesOfAbsentStandIns);
    const { config, names } = this;
    const { stage, ownKey, sshKeyName } = config;
    const shared = { stage, names, bundle, sshKeyName, stubFile: join(scripts, "user-data.sh") };
    const choices = choicesOf(config);
    for (const [name, kind] of blueprints) {
      const blueprint = chosen(kind, choices[name] ?? {});
      const grants = [
        ...machineGrants(names, bundle, blueprint),
        ...(name === devbox.name ? ansibleGrants(config.devbox.ansibleContent) : []),
      ];
      new Machine(this, name, {
        ...shared,
        blueprint,
        grants: ownKey ? withOwnKey(grants, keyOfStage(stage)) : grants,
      });
    }
  }
}
