import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientEnvironment } from "../../local/environment.ts";
import { startLocal } from "../../local/local.ts";
import { projectFolder } from "../../local/project.ts";
import { endOf, startWorkflow } from "../../local/session/run.ts";
import { type Figure, median, timed } from "./figures.ts";

const pairs = 11;
const live = 50;

/** What the operator waits for at the prompt, in turn with a Node that does nothing. */
export async function command(folder: string): Promise<Figure[]> {
  const local = await startLocal({
    ports: "free",
    folder,
    settings: { maximumSessions: live, monthlyBudget: 1_000 },
    failed: (error) => {
      throw error;
    },
  });
  const home = mkdtempSync(join(tmpdir(), "moonbase-bench-"));
  const env = {
    ...process.env,
    ...clientEnvironment(local.engine.endpoints),
    HOME: home,
    XDG_DATA_HOME: home,
  };
  try {
    const sessions = Array.from({ length: live }, (_, index) => `command-${index}`);
    const launches = sessions.map(async (session) =>
      endOf(
        local.clients,
        await startWorkflow(local.clients, local.stage, "launch", session, { blueprint: "admin" }),
      ),
    );
    for (const { status, cause } of await Promise.all(launches)) {
      if (status !== "SUCCEEDED") throw new Error(`a launch is ${status}: ${cause}`);
    }
    return [
      await beside("moonbase --help", ["--help"], env),
      await beside(`moonbase status, ${live} sessions`, ["status"], env),
    ];
  } finally {
    local.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function beside(what: string, words: string[], env: NodeJS.ProcessEnv): Promise<Figure> {
  const door = join(projectFolder, "cli/moonbase.mjs");
  const run = (parameters: string[]) =>
    timed(async () => {
      const { status, stderr } = spawnSync(process.execPath, parameters, { env, encoding: "utf8" });
      if (status !== 0) throw new Error(`${parameters.join(" ")} ended with ${status}: ${stderr}`);
    });
  // The first fills the cache of compiled code, as the operator's first does.
  await run([door, ...words]);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    ours.push(await run([door, ...words]));
    bare.push(await run(["-e", "0"]));
  }
  return { what, value: median(ours), unit: "ms", yardstick: { what: "node -e 0", value: median(bare) } };
}
