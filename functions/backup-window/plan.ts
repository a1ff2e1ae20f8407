import { createHash } from "node:crypto";
import * as z from "zod";
import { backupTarget } from "../../blueprints/backup-target.ts";
import { backupWindowInput, type WindowPlan } from "../../workflows/backup-window.contract.ts";
import { explain } from "../../workflows/fields.ts";
import { settings } from "../session/settings.ts";

const request = z.object({ execution: z.string(), startedAt: z.iso.datetime(), input: z.unknown() });

/** What is to be done: a window with this session, or a snapshot of the volume as it is. Nothing exists before this. */
export async function plan(event: unknown): Promise<WindowPlan> {
  const { execution, startedAt, input } = request.parse(event);
  const parsed = backupWindowInput.safeParse(input);
  const { backupTarget: configured } = settings();
  if (!parsed.success) return answer("refused", explain(parsed.error, input));
  if (configured === null)
    return answer("refused", "backupTarget: null is configured here, so there is no volume");
  const {
    minutes = configured.windowMinutes,
    snapshotOnly,
    force,
    requestedBy,
    sourceCidr,
    volumeSnapshot,
    zone,
  } = parsed.data;
  if (snapshotOnly) return answer("snapshot", "the volume is snapshotted as it is");
  return {
    ...answer("open", `a window of ${minutes} minutes at most`),
    session: sessionName(execution, startedAt),
    launch: {
      blueprint: backupTarget.name,
      maximumRuntimeMinutes: minutes,
      force,
      requestedBy: requestedBy ?? "a backup window",
      ...(sourceCidr !== undefined && { sourceCidr }),
      ...(volumeSnapshot !== undefined && { volumeSnapshot }),
      ...(zone !== undefined && { zone }),
    },
  };
}

const answer = (outcome: WindowPlan["outcome"], message: string): WindowPlan => ({
  ...{ outcome, message, session: "" },
  launch: { blueprint: backupTarget.name, maximumRuntimeMinutes: 0, force: false, requestedBy: "" },
});

/** The same for every attempt of one execution: when it began, and what tells it from others of that second. */
function sessionName(execution: string, startedAt: string): string {
  const time = startedAt.replace(/\..*$/, "").replace(/[-:Z]/g, "").replace("T", "-");
  return `window-${time}-${createHash("sha256").update(execution).digest("hex").slice(0, 4)}`;
}
