import { readFileSync } from "node:fs";
import { join } from "node:path";
import envPaths from "env-paths";
import * as z from "zod";
import { deployment } from "../functions/session/deployment.ts";
import { explain } from "../workflows/fields.ts";
import { CommandError } from "./command-error.ts";

const loopback = ["127.0.0.1", "localhost", "[::1]"];

/** Who says which address we come from must not be read or changed on the way; on loopback there is no way. */
const addressService = z.string("allowed: an address").refine((text) => {
  const url = URL.parse(text);
  return url?.protocol === "https:" || (url?.protocol === "http:" && loopback.includes(url.hostname));
}, 'allowed: an https address, such as "https://checkip.amazonaws.com"');

/** The command's file: what may be set of a deployment, and what the command alone wants to know. */
const schema = deployment.extend({
  /** A profile of the AWS configuration; left out: what the AWS CLI would use. */
  profile: z.string("allowed: text").min(1, "allowed: the name of a profile").optional(),
  /** Two services that answer with the caller's IPv4 address; the second is asked when the first does not answer. */
  addressServices: z
    .tuple([addressService, addressService], "allowed: a list of two addresses")
    .default(["https://checkip.amazonaws.com", "https://api.ipify.org"]),
});
export type Config = z.infer<typeof schema>;

/** What `deploy` hands to the CDK: the deploy keys that the operator has set. */
export const deployKeys = Object.keys(deployment.shape);

export interface ConfigFile {
  readonly file: string;
  readonly config: Config;
  /** As written, without defaults. */
  readonly written: Record<string, unknown>;
}

/** The user's config folder, or the file that `MOONBASE_CONFIG` names. */
export function configFile(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.MOONBASE_CONFIG ?? join(envPaths("moonbase", { suffix: "" }).config, "config.json");
}

/** Reads the configuration; no file is an empty one, unless it was named. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): ConfigFile {
  const file = configFile(environment);
  const input = parse(file, read(file, environment.MOONBASE_CONFIG !== undefined));
  const result = schema.safeParse(input);
  if (!result.success) throw refused(file, explain(result.error, input));
  return { file, config: result.data, written: z.record(z.string(), z.unknown()).parse(input) };
}

function read(file: string, named: boolean): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (!named && error instanceof Error && "code" in error && error.code === "ENOENT") return "{}";
    throw refused(file, error instanceof Error ? error.message : String(error));
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(file, error instanceof Error ? error.message : String(error));
  }
}

const refused = (file: string, why: string) =>
  new CommandError({
    what: `the configuration ${file} is not accepted`,
    why,
    remedy: "correct the file; docs/command.md lists its keys",
    ending: "usage",
  });
