import { randomBytes } from "node:crypto";
import { type SshInput, turned } from "../../workflows/ssh.contract.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import type { GlobalOptions } from "../options.ts";
import { claimedCaller } from "../session/caller.ts";
import { whoComesIn } from "../session/callers-address.ts";
import { follow, start } from "../session/executions.ts";
import { stateShown } from "../session/phases.ts";
import { showProgress } from "../show/progress.ts";
import { recordOf } from "./status.ts";

export interface SshOptions extends GlobalOptions {
  readonly from?: string;
}

/** `ssh on` and `ssh off`: who may reach the port of a session's machine, which is one address or nobody. */
export async function ssh(
  context: Context,
  session: string,
  wanted: SshInput["ssh"],
  options: SshOptions,
): Promise<Ending> {
  const { screen } = context;
  await context.announce();
  const record = await recordOf(context, session);
  const input = await inputFor(context, session, wanted, options);
  if (options.dryRun) {
    const workflow = `${context.stage}-ssh`;
    const text = `Would start ${workflow} with ${JSON.stringify(input)}\nNothing was done.`;
    screen.result({ dryRun: true, workflow, input }, text);
    return "done";
  }
  using interruption = new Interruption();
  const progress = await showProgress(screen);
  const name = `${session}-${randomBytes(3).toString("hex")}`;
  const execution = await start(context, "ssh", name, input);
  const entered = stateShown(progress, "ssh", session);
  const ended = await follow(context, execution, { entered, signal: interruption.begun });
  progress.end(ended?.status === "SUCCEEDED");
  interruption.check();
  if (ended?.status === "SUCCEEDED") {
    const answer = turned.parse(JSON.parse(ended.output ?? "null"));
    if (answer.ssh === "on" && record.publicKey === undefined) screen.note(otherKeys);
    screen.result(answer, answer.message);
    return "done";
  }
  throw new CommandError({
    what:
      ended?.error === "Refused"
        ? "that was refused"
        : `ssh to session "${session}" may not be ${wanted} yet`,
    why: ended?.cause ?? "no reason was given",
    remedy:
      ended?.error === "Refused"
        ? `npx moonbase status ${session} tells how it is`
        : `npx moonbase ssh ${wanted} ${session} once more; twice is once`,
    ending: ended?.error === "Refused" ? "refused" : "unexpected",
  });
}

const otherKeys =
  "the launch brought no key along: a key of the parameter ssh_authorized_keys or of sshKeyName has to let you in";

async function inputFor(
  context: Context,
  session: string,
  wanted: SshInput["ssh"],
  { from }: SshOptions,
): Promise<SshInput> {
  const { caller } = await context.account();
  const requestedBy = claimedCaller(caller);
  return {
    ...{ session, ssh: wanted },
    ...(wanted === "on" && { sourceCidr: await whoComesIn(context, from) }),
    ...(requestedBy !== undefined && { requestedBy }),
  };
}
