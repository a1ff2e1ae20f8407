import { join } from "node:path";
import type { Construct } from "constructs";
import { namesOfAbsentStandIns } from "../../blueprints/index.ts";
import { blueprintsOf } from "../../functions/session/deployment.ts";
import { Machine } from "../constructs/machine.ts";
import { MoonbaseStack, type MoonbaseStackProps } from "../constructs/moonbase-stack.ts";
import { ScriptBundle } from "../constructs/script-bundle.ts";

const scripts = join(import.meta.dirname, "../../instance-scripts");

/** What every kind of machine needs before it is launched. Costs nothing while no machine is up. */
export class MachinesStack extends MoonbaseStack {
  constructor(scope: Construct, id: string, props: MoonbaseStackProps) {
    super(scope, id, { description: "Moonbase: launch templates, groups and roles of machines", ...props });
    const bundle = new ScriptBundle(this, "Scripts", scripts, namesOfAbsentStandIns);
    const shared = {
      stage: this.config.stage,
      names: this.names,
      bundle,
      stubFile: join(scripts, "user-data.sh"),
    };
    for (const blueprint of blueprintsOf(this.config)) {
      new Machine(this, blueprint.name, { ...shared, blueprint });
    }
  }
}
