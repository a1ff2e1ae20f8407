import { join } from "node:path";
import { styleText } from "node:util";
import { launched } from "../../workflows/launch.contract.ts";
import { tornDown } from "../../workflows/teardown.contract.ts";
import type { Local } from "../local.ts";
import { inventory } from "../session/inventory.ts";
import { throwAwayPublicKey } from "../session/key.ts";
import { endOf, followPhases, followStates, startWorkflow } from "../session/run.ts";
import type { Tell } from "./reporter.ts";

/** Shows one admin session from launch to teardown. Answers whether all went well and nothing is left. */
export async function showSession(local: Local, tell: Tell): Promise<boolean> {
  const { clients, stage } = local;
  const session = `show-${Date.now().toString(36)}`;
  tell({ event: "launch", session }, styleText("bold", `Launching an admin session, ${session}`));
  const launch = await startWorkflow(clients, stage, "launch", session, {
    blueprint: "admin",
    publicKey: throwAwayPublicKey(),
    // An address kept for documents: nobody can come from there.
    sourceCidr: "203.0.113.7/32",
    maximumRuntimeMinutes: 60,
  });
  const phases = followPhases(clients, stage, session, (phase) =>
    tell({ event: "phase", phase }, `  machine · ${phase}`),
  );
  const ready = await follow(local, tell, "launch", launch, phases);
  if (ready === undefined) return showLeft(local, tell, session, false);
  const facts = launched.parse(ready);
  const { instanceId, instanceType, zone, market } = facts;
  tell(
    { event: "ready", ...facts },
    styleText("green", `Ready: ${instanceId}, ${instanceType} (${market}) in ${zone}`),
  );

  tell({ event: "teardown", session }, styleText("bold", "Tearing it down"));
  const input = { session, reason: "operator" };
  const teardown = await startWorkflow(clients, stage, "teardown", `${session}-by-hand`, input);
  const gone = await follow(local, tell, "teardown", teardown, phases);
  if (gone !== undefined) {
    const books = tornDown.parse(gone);
    const text = `Gone: ${books.hours} h, $${books.cost}; ${books.saved}`;
    tell({ event: "gone", ...books }, styleText("green", text));
  }
  return showLeft(local, tell, session, gone !== undefined);
}

/** Shows an execution as it goes; answers its output, or undefined when it failed. */
async function follow(
  local: Local,
  tell: Tell,
  workflow: string,
  executionArn: string,
  phases: () => Promise<void>,
): Promise<unknown> {
  const { clients } = local;
  const states = followStates(clients, executionArn, (state) =>
    tell({ event: "state", workflow, state }, `  ${workflow} · ${state}`),
  );
  const look = async () => {
    await states();
    await phases();
  };
  const { status, output, error, cause } = await endOf(clients, executionArn, look);
  if (status === "SUCCEEDED") return JSON.parse(output ?? "null");
  const logs = join(local.engine.folder, "bodies");
  const text = `${workflow} ended as ${status}: ${error ?? ""} ${cause ?? ""}\nWhat the machine said is in ${logs}`;
  tell({ event: "failed", workflow, status, error, cause, logs }, styleText("red", text));
  return undefined;
}

/** Lists what is left, asking the engine and not the workflow. */
async function showLeft(local: Local, tell: Tell, session: string, well: boolean): Promise<boolean> {
  const left = await inventory(local.clients, session);
  const text =
    left.length === 0
      ? styleText("green", "Nothing is left: every kind of resource was listed")
      : styleText("red", `Left behind:\n${left.join("\n")}`);
  tell({ event: "inventory", session, left }, text);
  return well && left.length === 0;
}
