import { randomBytes } from "node:crypto";
import { type Blueprint, blueprintNamed, chosen, variantNames } from "../../blueprints/index.ts";
import { choicesOf } from "../../functions/session/choices.ts";
import { dollars, highestCost } from "../../functions/session/cost.ts";
import { session as sessionField } from "../../workflows/fields.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { claimedCaller } from "../session/caller.ts";
import { callersAddress } from "../session/callers-address.ts";
import { keysFolder, sweepKeys } from "../session/keys.ts";
import { live } from "../session/life.ts";
import { launchInput, type Plan } from "../session/plan.ts";
import { findRecord } from "../session/records.ts";
import { showProgress } from "../show/progress.ts";

export interface LaunchOptions extends GlobalOptions {
  readonly session?: string;
  readonly minutes?: number;
  readonly address?: string;
  readonly variant?: string;
  readonly restore?: string;
  readonly force?: boolean;
  /** Open the port although the blueprint opens it on request only. */
  readonly ssh?: boolean;
  readonly detach?: boolean;
  /** False with `--no-key`. */
  readonly key: boolean;
}

/** `launch`: from nothing to a shell, and back to nothing. */
export async function launch(context: Context, name: string, options: LaunchOptions): Promise<Ending> {
  const { screen } = context;
  const asked = options.ssh || options.address !== undefined || context.configFile.config.allowSsh;
  const { door } = blueprintNamed(name);
  const opens = door !== null && (asked || door.opens === "at-launch");
  if (screen.json && options.key && opens && !options.detach && !options.dryRun) {
    throw new CommandError({
      what: "--json goes with --detach or --no-key",
      why: "a shell and one JSON document cannot share one output",
      ending: "usage",
    });
  }
  const session = named(options.session ?? `${name}-${randomBytes(3).toString("hex")}`);
  await context.announce();
  const plan = await makePlan(context, wanted(context, name, options), session, options);
  screen.note(priceText(plan));
  if (options.dryRun) return showPlan(context, plan);
  for (const swept of await sweepKeys(context)) screen.note(`removed the key of ${swept}, which has ended`);
  using interruption = new Interruption();
  // Awaited here: a promise handed on would let go of the signals at once.
  return await live({ context, plan, interruption, progress: await showProgress(screen) });
}

/** The kind of machine as it is configured and asked for: the price is that of what will be launched. */
function wanted({ configFile }: Context, name: string, { variant }: LaunchOptions): Blueprint {
  const blueprint = blueprintNamed(name);
  if (variant !== undefined && !variantNames(blueprint).includes(variant)) {
    throw new CommandError({ what: `--variant: ${name} has no variants`, ending: "usage" });
  }
  const configured = choicesOf(configFile.config)[name];
  return chosen(blueprint, { ...configured, ...(variant !== undefined && { variant }) });
}

function named(session: string): string {
  const parsed = sessionField.safeParse(session);
  if (parsed.success) return session;
  const allowed = parsed.error.issues[0]?.message;
  throw new CommandError({
    what: `--session: ${JSON.stringify(session)} is not accepted (${allowed})`,
    ending: "usage",
  });
}

async function makePlan(
  context: Context,
  blueprint: Blueprint,
  session: string,
  options: LaunchOptions,
): Promise<Plan> {
  const [{ region, caller }, earlier] = await Promise.all([context.account(), findRecord(context, session)]);
  if (earlier !== undefined) {
    throw new CommandError({
      what: `session "${session}" exists already`,
      why: `it is ${earlier.status} since ${earlier.readyAt ?? earlier.requestedAt}; a name is used once`,
      remedy: `choose another --session, or leave it out; npx moonbase status ${session} tells of that one`,
      ending: "refused",
    });
  }
  const minutes = options.minutes ?? blueprint.runtime.defaultMinutes;
  const sourceCidr = await whomToLetIn(context, blueprint, options);
  return {
    session,
    blueprint,
    minutes,
    key: options.key && blueprint.door !== null,
    sourceCidr,
    variant: options.variant,
    restore: options.restore,
    force: options.force === true,
    requestedBy: claimedCaller(caller),
    // Where nobody can log in over ssh, there is no shell to stay in.
    detach: options.detach === true || sourceCidr === undefined,
    highestCost: highestCost(blueprint, minutes, region),
  };
}

/** Who is given an address asks for the port. Otherwise blueprint and configuration say whether it is opened. */
async function whomToLetIn(
  context: Context,
  blueprint: Blueprint,
  { key, ssh, address }: LaunchOptions,
): Promise<string | undefined> {
  const { allowSsh, sshAllowedCidr } = context.configFile.config;
  if (!key || blueprint.door === null) return undefined;
  if (address === undefined && blueprint.door.opens === "on-request") {
    if (ssh !== true && !allowSsh) return undefined;
    if (sshAllowedCidr !== null) return sshAllowedCidr;
  }
  return `${await callersAddress(context, address)}/32`;
}

const priceText = ({ blueprint, minutes, highestCost: most }: Plan) =>
  `${blueprint.name} costs at most ${dollars(most)} for ${minutes} minutes (${blueprint.instanceTypes[0]} on demand, with address and disk); on Spot less`;

async function showPlan(context: Context, plan: Plan): Promise<Ending> {
  const workflow = `${context.stage}-launch`;
  const publicKey = plan.key ? "ssh-ed25519 … (made at launch)" : undefined;
  const { session } = plan;
  const input = launchInput(plan, publicKey);
  const keyFolder = plan.key ? await keysFolder(context) : null;
  const text = [
    `Would start ${workflow} as "${session}" with ${JSON.stringify(input)}`,
    ...(plan.sourceCidr === undefined ? ["Would open no port"] : []),
    ...(keyFolder === null ? [] : [`Would keep its key in ${keyFolder}/${session}`]),
    "Nothing was done.",
  ].join("\n");
  context.screen.result(
    { dryRun: true, session, workflow, input, highestCost: plan.highestCost, keyFolder },
    text,
  );
  return "done";
}
