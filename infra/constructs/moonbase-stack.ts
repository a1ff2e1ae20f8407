import { Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { namesOf } from "../../functions/session/names.ts";
import type { Config } from "../config.ts";

export interface MoonbaseStackProps extends StackProps {
  config: Config;
}

/** A stack whose name is its id, and which knows its configuration and everyone's names. */
export class MoonbaseStack extends Stack {
  readonly config: Config;
  readonly names: ReturnType<typeof namesOf>;

  constructor(scope: Construct, id: string, { config, ...props }: MoonbaseStackProps) {
    super(scope, id, { stackName: id, ...props });
    this.config = config;
    this.names = namesOf(config.stage);
  }
}
