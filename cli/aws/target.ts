import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { deployment } from "../../functions/session/deployment.ts";
import { explain } from "../../workflows/fields.ts";
import { checkout, engineFolder } from "../checkout.ts";
import { CommandError } from "../command-error.ts";
import type { Config } from "../config.ts";
import type { GlobalOptions } from "../options.ts";

/** Services that the command calls, by the name that their endpoint variable ends with. */
export type Service = "DYNAMODB" | "EC2" | "SFN" | "SSM" | "STS";

/** Whom the command talks to. */
export type Target =
  | {
      readonly kind: "local";
      readonly stage: string;
      readonly region: string;
      readonly endpointOf: (service: Service) => string;
      /** Where the engine's own bodies find out the caller's address; none: they are processes, without sshd. */
      readonly addressServices: readonly string[] | undefined;
    }
  | {
      readonly kind: "aws";
      readonly stage: string;
      /** Undefined: what the AWS CLI would use. */
      readonly region: string | undefined;
      readonly profile: string | undefined;
    };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The local engine when the environment names endpoints (somebody has sourced `.local/env`) or the operator says so;
 * AWS otherwise. An endpoint elsewhere is refused: it is neither of the two.
 */
export function chooseTarget(options: GlobalOptions, config: Config, environment: Environment): Target {
  const found = options.local ? { ...environment, ...readEnvironmentFile() } : environment;
  const named = Object.keys(found).filter((name) => name.startsWith("AWS_ENDPOINT_URL"));
  if (named.every((name) => !found[name])) {
    const { profile = config.profile } = options;
    const region = options.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
    return checked({
      kind: "aws",
      stage: options.stage ?? config.stage,
      region: region ?? config.region,
      profile,
    });
  }
  for (const name of named) assertLoopback(name, found[name] ?? "");
  const services = found.MOONBASE_ADDRESS_SERVICES?.split(",").map((text) => text.trim());
  return checked({
    kind: "local",
    stage: options.stage ?? localStage(),
    region: found.AWS_REGION ?? "us-east-1",
    endpointOf: (service) => found[`AWS_ENDPOINT_URL_${service}`] ?? found.AWS_ENDPOINT_URL ?? "",
    addressServices: services?.filter((text) => text !== ""),
  });
}

/** The stage and the region may come from an option. */
function checked(target: Target): Target {
  const given = { stage: target.stage, ...(target.region !== undefined && { region: target.region }) };
  const result = deployment.pick({ stage: true, region: true }).safeParse(given);
  if (result.success) return target;
  throw new CommandError({ what: explain(result.error, given), ending: "usage" });
}

function assertLoopback(name: string, value: string): void {
  const url = URL.parse(value);
  if (url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) return;
  throw new CommandError({
    what: `${name} is "${value}"`,
    why: "an endpoint variable means the local engine, which is on loopback",
    remedy: `unset ${name} to talk to AWS`,
    ending: "usage",
  });
}

const exportLine = /^export (\w+)='(.*)'$/gm;

/** What `source .local/env` would set, read without a shell. */
function readEnvironmentFile(): Record<string, string> {
  const file = join(engineFolder, "env");
  try {
    const lines = readFileSync(file, "utf8").matchAll(exportLine);
    return Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value]));
  } catch (error) {
    throw new CommandError(
      {
        what: "the local engine of this checkout is not up",
        why: `there is no ${file}`,
        remedy: "npm start, or npx moonbase local up",
        ending: "unknown",
      },
      { cause: error },
    );
  }
}

const project = z.object({ context: z.object({ moonbase: z.object({ stage: z.string() }) }) });

/** What the engine deploys is what the checkout says. */
function localStage(): string {
  return project.parse(JSON.parse(readFileSync(join(checkout, "cdk.json"), "utf8"))).context.moonbase.stage;
}
