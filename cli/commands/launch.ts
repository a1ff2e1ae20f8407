import { randomBytes } from "node:crypto";
import { type Blueprint, blueprintNamed } from "../../blueprints/index.ts";
import { dollars, highestCost } from "../../functions/session/cost.ts";
import { session as sessionField } from "../../workflows/fields.ts";
import { findAddress, givenAddress } from "../address.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { claimedCaller } from "../session/caller.ts";
import { keysFolder, sweepKeys } from "../session/keys.ts";
import { live } from "../session/life.ts";
import { launchInput, type Plan } from "../session/plan.ts";
import { findRecord } from "../session/records.ts";
import { showProgress } from "../show/progress.ts";

export interface LaunchOptions extends GlobalOptions {
  readonly session?: string;
  readonly minutes?: number;
  readonly address?: string;
  readonly restore?: string;
  readonly force?: boolean;
  readonly detach?: boolean;
  /** False with `--no-key`. */
  readonly key: boolean;
}

/** `launch`: from nothing to a shell, and back to nothing. */
export async function launch(context: Context, name: string, options: LaunchOptions): Promise<Ending> {
  const { screen } = context;
  if (screen.json && options.key && !options.detach && !options.dryRun) {
    throw new CommandError({
      what: "--json goes with --detach or --no-key",
      why: "a shell and one JSON document cannot share one output",
      ending: "usage",
    });
  }
  const session = named(options.session ?? `${name}-${randomBytes(3).toString("hex")}`);
  await context.announce();
  const plan = await makePlan(context, blueprintNamed(name), session, options);
  screen.note(priceText(plan));
  if (options.dryRun) return showPlan(context, plan);
  for (const swept of await sweepKeys(context)) screen.note(`removed the key of ${swept}, which has ended`);
  using interruption = new Interruption();
  // Awaited here: a promise handed on would let go of the signals at once.
  return await live({ context, plan, interruption, progress: await showProgress(screen) });
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
  const letsIn = options.key && blueprint.ingressPort !== null;
  return {
    session,
    blueprint,
    minutes,
    address: letsIn ? await callersAddress(context, options) : undefined,
    restore: options.restore,
    force: options.force === true,
    requestedBy: claimedCaller(caller),
    detach: options.detach === true || !letsIn,
    highestCost: highestCost(blueprint, minutes, region),
  };
}

/** The engine's processes let nobody in, so any address will do there. */
async function callersAddress({ target, configFile }: Context, { address }: LaunchOptions): Promise<string> {
  if (address !== undefined) return givenAddress(address);
  if (target.kind === "aws") return findAddress(configFile.config.addressServices);
  if (target.addressServices !== undefined) return findAddress(target.addressServices);
  const own = configFile.written.addressServices !== undefined;
  return own ? findAddress(configFile.config.addressServices) : "127.0.0.1";
}

const priceText = ({ blueprint, minutes, highestCost: most }: Plan) =>
  `${blueprint.name} costs at most ${dollars(most)} for ${minutes} minutes (${blueprint.instanceTypes[0]} on demand, with address and disk); on Spot less`;

async function showPlan(context: Context, plan: Plan): Promise<Ending> {
  const workflow = `${context.stage}-launch`;
  const publicKey = plan.address === undefined ? undefined : "ssh-ed25519 … (made at launch)";
  const { session } = plan;
  const input = launchInput(plan, publicKey);
  const keyFolder = plan.address === undefined ? null : await keysFolder(context);
  const text = [
    `Would start ${workflow} as "${session}" with ${JSON.stringify(input)}`,
    ...(keyFolder === null ? ["Would open no port"] : [`Would keep its key in ${keyFolder}/${session}`]),
    "Nothing was done.",
  ].join("\n");
  context.screen.result(
    { dryRun: true, session, workflow, input, highestCost: plan.highestCost, keyFolder },
    text,
  );
  return "done";
}
