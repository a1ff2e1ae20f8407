// `npm start`: the whole of Moonbase on this machine, and one session from launch to teardown before your eyes.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type BodyChoice, type BodyKind, bodyKinds } from "./bodies/kinds.ts";
import { missingForNspawn } from "./bodies/nspawn/needs.ts";
import { giveToOperator } from "./bodies/nspawn/owner.ts";
import { rootFileSystem } from "./bodies/nspawn/rootfs.ts";
import { EngineError } from "./engine/error.ts";
import { usualPorts } from "./engine/ports.ts";
import { sealProcess } from "./environment.ts";
import { leftOutOf } from "./left-out.ts";
import { type Local, startLocal } from "./local.ts";
import { projectFolder } from "./project.ts";
import { reporter } from "./show/reporter.ts";
import { showSession } from "./show/session.ts";
import { byHandText, leftOutText, usage } from "./show/texts.ts";

const values = readOptions();
const body = bodyKindOf(values.body);
const tell = reporter(values.json);
const folder = join(projectFolder, ".local");

process.on("SIGINT", () => {
  tell({ event: "interrupted" }, "The engine is stopped; its logs stay in .local.");
  process.exit(0);
});

try {
  const local = await bringUp();
  tell({ event: "left-out", list: leftOutOf(body) }, leftOutText(body));
  const clean = await showSession(local, tell);
  if (values.once || !clean) {
    local.stop();
    tell({ event: "end", ok: clean }, clean ? "Done; the engine is stopped." : `Logs are in ${folder}.`);
    process.exit(clean ? 0 : 1);
  }
  tell({ event: "up", environment: join(folder, "env") }, byHandText(folder, local.stage));
} catch (error) {
  fail(error);
}

async function bringUp(): Promise<Local> {
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_534)
    throw new EngineError("--port takes a port number");
  const bodies = await chooseBodies(body);
  mkdirSync(folder, { recursive: true });
  sealProcess();
  tell({ event: "start" }, "Starting the engine and making the templates …");
  return startLocal({
    ports: { serverless: port, machines: port + 1 },
    folder,
    bodies,
    failed: fail,
    done: (what, { endpoints }) => {
      const texts = {
        engine: `MiniStack is up at ${endpoints.serverless}, moto (EC2, SSM, Budgets) at ${endpoints.machines}`,
        bootstrap: "The account is bootstrapped",
        synthesis: "Templates are made, the same as for AWS",
        deployment: "Data, machines and control are deployed",
      };
      tell({ event: what, ...(what === "engine" && { endpoints }) }, texts[what]);
    },
  });
}

/** What must be there before anything starts. Packages come from outside, so before the process is sealed. */
async function chooseBodies(kind: BodyKind): Promise<BodyChoice> {
  if (kind === "process") return { kind };
  const missing = missingForNspawn();
  if (missing !== undefined) throw new EngineError(missing);
  process.on("exit", () => giveToOperator(folder));
  return { kind, rootFileSystem: await rootFileSystem() };
}

function bodyKindOf(text: string): BodyKind {
  const kind = bodyKinds.find((known) => known === text);
  if (kind !== undefined) return kind;
  process.stderr.write(`--body takes ${bodyKinds.join(" or ")}, not "${text}"\n${usage}\n`);
  process.exit(2);
}

function readOptions() {
  const options = {
    once: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    body: { type: "string", default: "process" },
    port: { type: "string", default: String(usualPorts.serverless) },
  } as const;
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
    process.exit(2);
  }
}

/** Ends everything: the engine goes with the process. */
function fail(error: unknown): never {
  const known = error instanceof EngineError;
  const message = known
    ? error.message
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  tell({ event: "error", message }, message);
  tell({ event: "end", ok: false }, `Logs are in ${folder}.`);
  process.exit(1);
}
