import { type SshInput, turned } from "../../workflows/ssh.contract.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import type { GlobalOptions } from "../options.ts";
import { claimedCaller } from "../session/caller.ts";
import { whoComesIn } from "../session/callers-address.ts";
import { runOnSession } from "../session/workflow.ts";
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
  await context.announce();
  const record = await recordOf(context, session);
  const input = await inputFor(context, session, wanted, options);
  const end = await runOnSession(context, "ssh", input, options);
  if (end === undefined) return "done";
  if (end.kind === "succeeded") {
    const answer = turned.parse(end.answer);
    if (answer.ssh === "on" && record.publicKey === undefined) context.screen.note(otherKeys);
    context.screen.result(answer, answer.message);
    return "done";
  }
  const refused = end.kind === "refused";
  throw new CommandError({
    what: refused ? "that was refused" : `ssh to session "${session}" may not be ${wanted} yet`,
    why: end.why,
    remedy: refused
      ? `npx moonbase status ${session} tells how it is`
      : `npx moonbase ssh ${wanted} ${session} once more; twice is once`,
    ending: refused ? "refused" : "unexpected",
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
