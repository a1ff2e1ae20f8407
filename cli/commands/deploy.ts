import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { dollars } from "../../functions/session/cost.ts";
import { type StandingCost, standingCosts } from "../../functions/session/standing-costs.ts";
import { quotedWords } from "../aws/command-line.ts";
import { checkout } from "../checkout.ts";
import { CommandError } from "../command-error.ts";
import { deployKeys } from "../config.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import type { GlobalOptions } from "../options.ts";

/** What the CDK is called with: all stacks, with the operator's own configuration over the checkout's. */
export function cdkParameters(written: Record<string, unknown>, options: GlobalOptions): string[] {
  const { stage, region, profile = written.profile } = options;
  const given = Object.fromEntries(Object.entries(written).filter(([name]) => deployKeys.includes(name)));
  const moonbase = {
    ...given,
    ...(stage !== undefined && { stage }),
    ...(region !== undefined && { region }),
  };
  return [
    ...["deploy", "--all", "-c", `moonbase=${JSON.stringify(moonbase)}`],
    ...(typeof profile === "string" ? ["--profile", profile] : []),
  ];
}

/** What the deployment will cost by the month while no machine is up. */
export function standingCostText(costs: StandingCost[]): string {
  if (costs.length === 0) return "While nothing runs it costs practically nothing.";
  const sum = costs.reduce((total, one) => total + one.dollars, 0);
  const items = costs.map(({ what, dollars: each }) => `${what} ${dollars(each)}`).join(", ");
  return `While nothing runs it costs ${dollars(sum)} a month: ${items}.`;
}

/** `deploy`: `cdk deploy --all`, and nothing that it could not do by itself. */
export async function deploy(context: Context, options: GlobalOptions): Promise<Ending> {
  const { screen, target, configFile } = context;
  if (target.kind === "local") {
    throw new CommandError({
      what: "the local engine deploys by itself when it starts",
      why: "the environment names its endpoints",
      remedy: "npm start for the engine; for AWS use a terminal without .local/env",
      ending: "usage",
    });
  }
  const parameters = cdkParameters(configFile.written, options);
  const commandLine = quotedWords(["cdk", ...parameters]);
  const monthly = standingCosts(configFile.config);
  if (options.dryRun) {
    screen.result(
      { dryRun: true, command: ["cdk", ...parameters], standingCosts: monthly },
      `Would run: npx ${commandLine}\n${standingCostText(monthly)}\nNothing was done.`,
    );
    return "done";
  }
  await context.announce();
  screen.note(standingCostText(monthly));
  screen.note(`$ npx ${commandLine}`);
  const cdk = join(checkout, "node_modules", ".bin", "cdk");
  const stdio = screen.json ? (["inherit", 2, "inherit"] as const) : "inherit";
  const child = spawn(cdk, parameters, {
    cwd: checkout,
    stdio: typeof stdio === "string" ? stdio : [...stdio],
  });
  const [code] = await once(child, "close");
  if (code !== 0) {
    throw new CommandError({
      what: `cdk deploy ended with ${code}`,
      why: "its own message is above",
      remedy: "docs/troubleshooting.md; running it again is safe",
      ending: "unexpected",
    });
  }
  screen.result({ deployed: target.stage }, `Stage ${target.stage} is deployed.`);
  return "done";
}
