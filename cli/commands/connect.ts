import { join } from "node:path";
import { blueprintNamed } from "../../blueprints/index.ts";
import { openingOf } from "../../functions/session/opening.ts";
import { isClaimed, type SessionRecord } from "../../functions/session/record.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import type { Ending } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import { hasKey, keyIn, keysFolder, knowHost, sweepKeys } from "../session/keys.ts";
import { machinesOf } from "../session/machines.ts";
import { isLive } from "../session/stay.ts";
import type { Door } from "../ssh/door.ts";
import { useShell } from "../ssh/shell.ts";
import { recordOf } from "./status.ts";

/** `connect`: a shell on a machine that is up. It stays up when the shell ends. */
export async function connect(context: Context, session: string): Promise<Ending> {
  const { screen } = context;
  await context.announce();
  const record = await recordOf(context, session);
  await sweepKeys(context);
  const door = await findDoor(context, record);
  using interruption = new Interruption();
  const end = await useShell({
    door,
    signal: interruption.begun,
    retrying: (attempt, why) => screen.note(`connection lost (${why}); trying again, ${attempt}`),
    stillThere: () => isLive(context, session),
  });
  interruption.check();
  if (end.kind === "lost") {
    throw new CommandError({
      what: `the connection to session "${session}" was lost, and could not be had again`,
      why: end.why,
      remedy: `npx moonbase status ${session} tells whether it is up; it ends by itself when nobody uses it`,
      ending: "lost",
    });
  }
  const ended = { session, shellStatus: end.kind === "ended" ? end.status : null };
  screen.result(ended, `Session ${session} stays up; end it: npx moonbase teardown ${session}`);
  return "done";
}

async function findDoor(context: Context, record: SessionRecord): Promise<Door> {
  const { id: session } = record;
  if (record.status !== "ready" || isClaimed(record, new Date()) || record.ready === undefined) {
    const state = record.status === "ready" ? "ending" : record.status;
    throw new CommandError({
      what: `session "${session}" is ${state}`,
      why: state === "launching" ? "its machine is not ready yet" : (record.reason ?? "it was ended"),
      remedy: state === "launching" ? `npx moonbase status ${session}` : "npx moonbase launch",
      ending: "unreachable",
    });
  }
  const { login: user, door } = blueprintNamed(record.blueprint);
  if (door === null) {
    throw new CommandError({
      what: `nobody logs in to session "${session}"`,
      why: `a machine of blueprint ${record.blueprint} works alone, and no port of it is open`,
      remedy: `npx moonbase status ${session} tells what it is at`,
      ending: "unreachable",
    });
  }
  const key = keyIn(join(await keysFolder(context), session));
  const instanceId = record.machine?.instanceId ?? "";
  if (!hasKey(key)) {
    throw new CommandError({
      what: `the key of session "${session}" is not on this computer`,
      why:
        record.publicKey === undefined
          ? "it was launched without one"
          : "it was launched elsewhere, or by other means",
      remedy: `connect from where it was launched, or aws ssm start-session --target ${instanceId}`,
      ending: "unreachable",
    });
  }
  assertBody(context);
  if (openingOf(record) === undefined) {
    throw new CommandError({
      what: `ssh to session "${session}" is off`,
      why: "no port of its machine is open",
      remedy: `npx moonbase ssh on ${session}, or aws ssm start-session --target ${instanceId}`,
      ending: "unreachable",
    });
  }
  const address = (await machinesOf(context, session)).find(({ state }) => state === "running")?.address;
  if (address === undefined) {
    throw new CommandError({
      what: `the machine of session "${session}" has no public address, or is not running`,
      remedy: `npx moonbase status ${session}, or aws ssm start-session --target ${instanceId}`,
      ending: "unreachable",
    });
  }
  knowHost(key, session, record.ready.hostKey);
  return { session, address, port: door.port, user, key };
}

function assertBody({ target }: Context): void {
  if (target.kind === "aws" || target.addressServices !== undefined) return;
  throw new CommandError({
    what: "there is no sshd to log in to",
    why: "on this local engine a machine's body is an ordinary process (local/left-out.ts)",
    remedy: "look at what it did: .local/bodies",
    ending: "unreachable",
  });
}
