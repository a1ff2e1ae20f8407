import { isClaimed } from "../../functions/session/record.ts";
import type { Launched } from "../../workflows/launch.contract.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { useShell } from "../ssh/shell.ts";
import type { SessionKey } from "./keys.ts";
import type { Life } from "./life.ts";
import { findRecord } from "./records.ts";

/** Stays on the machine until its shell ends; then the session shall end. */
export async function stay(
  life: Life,
  ready: Launched,
  traces: { key?: SessionKey; kept?: boolean },
): Promise<Ending> {
  const { context, plan, interruption } = life;
  const { screen, target } = context;
  const { session } = plan;
  if (target.kind === "local" && target.addressServices === undefined) {
    screen.note(
      `Ready: ${ready.instanceId} is an ordinary process here, and has no sshd to log in to. Enter, or Ctrl-C, ends the session.`,
    );
    await untilEnter(interruption.begun);
    interruption.check();
    return "done";
  }
  const port = plan.blueprint.door?.port;
  if (ready.address === null || traces.key === undefined || port === undefined) {
    throw new CommandError({
      what: `the machine of session "${session}" has no public address`,
      why: "its subnet gives none",
      remedy: "launch with --no-key and use aws ssm start-session",
      ending: "unreachable",
    });
  }
  screen.note(
    `Ready: ${ready.user}@${ready.address} · ends by itself at ${ready.expiresAt} · leave the shell to end it`,
  );
  const end = await useShell({
    door: {
      session,
      address: ready.address,
      port,
      user: ready.user,
      key: traces.key,
    },
    signal: interruption.begun,
    retrying: (attempt, why) => screen.note(`connection lost (${why}); trying again, ${attempt}`),
    stillThere: () => isLive(context, session),
  });
  interruption.check();
  if (end.kind !== "lost") return "done";
  return lost(life, traces, end.why);
}

/** A network that is away takes AWS along: only a record that says so tells that the session is over. */
export async function isLive(context: Context, session: string): Promise<boolean> {
  const record = await findRecord(context, session).catch(() => undefined);
  return record === undefined || (record.status === "ready" && !isClaimed(record, new Date()));
}

/** The work on the machine is worth more than the minutes: whoever comes back in time finds it. */
async function lost({ context, plan }: Life, traces: { kept?: boolean }, why: string): Promise<Ending> {
  const { session } = plan;
  const record = await findRecord(context, session).catch(() => undefined);
  if (record !== undefined && (record.status === "ended" || isClaimed(record, new Date()))) {
    context.screen.note(`Session ${session} was ended meanwhile (${record.reason ?? "unknown"})`);
    return "done";
  }
  traces.kept = true;
  throw new CommandError({
    what: `the connection to session "${session}" was lost, and could not be had again`,
    why,
    remedy: `the machine is up and ends by itself when nobody uses it; its key is kept until then: npx moonbase connect ${session}`,
    ending: "lost",
  });
}

/** In the place of a shell: a line on stdin, its end, or a signal. */
function untilEnter(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => resolve();
  // A terminal that goes away breaks its reading end as well; its SIGHUP is what counts.
  process.stdin.on("error", done);
  process.stdin.once("data", done).once("end", done).resume();
  signal.addEventListener("abort", done, { once: true });
  if (signal.aborted) done();
  return promise.finally(() => {
    process.stdin.off("data", done).off("end", done).pause();
    signal.removeEventListener("abort", done);
  });
}
