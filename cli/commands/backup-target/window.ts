import { randomBytes } from "node:crypto";
import { backupTarget } from "../../../blueprints/backup-target.ts";
import { windowClosed } from "../../../workflows/backup-window.contract.ts";
import { givenAddress } from "../../address.ts";
import type { Context } from "../../context.ts";
import type { Ending } from "../../exit-codes.ts";
import type { GlobalOptions } from "../../options.ts";
import { claimedCaller } from "../../session/caller.ts";
import { readLive, readRecords } from "../../session/records.ts";
import { runForTarget } from "./run.ts";

export interface WindowOptions extends GlobalOptions {
  readonly minutes?: number;
  readonly address?: string;
  readonly force?: boolean;
  /** What the volume is made from anew, and where. */
  readonly volumeSnapshot?: string;
  readonly zone?: string;
}

const newName = (what: string) => `${what}-${randomBytes(4).toString("hex")}`;

/** `backup-target window`: opens one, and says how to reach it; it closes by itself. */
export async function openWindow(context: Context, options: WindowOptions): Promise<Ending> {
  await context.announce();
  const { caller } = await context.account();
  const { minutes, address, force, volumeSnapshot, zone } = options;
  const requestedBy = claimedCaller(caller);
  const input = {
    ...(minutes !== undefined && { minutes }),
    ...(address !== undefined && { sourceCidr: `${givenAddress(address)}/32` }),
    ...(force === true && { force }),
    ...(volumeSnapshot !== undefined && { volumeSnapshot }),
    ...(zone !== undefined && { zone }),
    ...(requestedBy !== undefined && { requestedBy }),
  };
  const run = { workflow: "backup-window" as const, name: newName("window"), input, until: "WatchWindow" };
  const end = await runForTarget(context, run, "the window did not open", options);
  return end === undefined ? "done" : tellWhere(context);
}

async function tellWhere(context: Context): Promise<Ending> {
  const { sessions } = await readLive(context);
  const records = await readRecords(context, [...sessions]);
  const record = records.find(
    ({ blueprint, status }) => blueprint === backupTarget.name && status === "ready",
  );
  if (record?.machine === undefined) {
    context.screen.result({ session: null }, "The window is over already: npx moonbase status");
    return "done";
  }
  const { instanceId } = record.machine;
  const { describeAddress } = await import("./address.ts");
  const document = {
    ...{ session: record.id, address: await describeAddress(context, instanceId), user: backupTarget.login },
    ...{ hostKey: record.ready?.hostKey ?? null, instanceId, volume: record.volume?.id ?? null },
    ...{ path: "/backup_volume/backups", closesAt: record.expiresAt, allowed: record.sourceCidr ?? null },
  };
  const text = [
    `The window ${document.session} is open until ${document.closesAt}, or until nothing is sent for half an hour.`,
    `devices: ${document.user}@${document.address ?? "no address"}:${document.path}/<device>`,
    `host key: ${document.hostKey}`,
    document.allowed === null
      ? "no address may reach it: --address, or allowedCidr in your configuration"
      : `reached from: ${document.allowed}`,
  ];
  context.screen.result(document, text.join("\n"));
  return "done";
}

/** `backup-target snapshot` and `grow`: a snapshot of the volume as it is; then it is grown where the configuration says so. */
export async function snapshotVolume(context: Context, options: GlobalOptions): Promise<Ending> {
  await context.announce();
  const input = { snapshotOnly: true };
  const run = { workflow: "backup-window" as const, name: newName("snapshot"), input };
  const end = await runForTarget(context, run, "the volume was not snapshotted", options);
  if (end === undefined) return "done";
  const closed = windowClosed.parse(end.answer);
  context.screen.result(closed, `${closed.message}\n${closed.growth}`);
  return "done";
}
