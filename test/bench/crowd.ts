import { type Local, startLocal } from "../../local/local.ts";
import { endOf, startWorkflow } from "../../local/session/run.ts";
import { type Figure, timed } from "./figures.ts";
import { memoryOf } from "./memory.ts";

const few = 10;
const many = 100;

/** Time and memory for each session when many are at work at once, beside the same when a few are. */
export async function crowd(folder: string): Promise<Figure[]> {
  const local = await startLocal({
    ports: "free",
    folder,
    settings: { maximumSessions: many, monthlyBudget: 1_000 },
    failed: (error) => {
      throw error;
    },
  });
  try {
    await together(local, "warm", few);
    const yardstick = await together(local, "few", few);
    const crowded = await together(local, "many", many);
    const what = `${many} sessions at once, each`;
    const beside = `${few} at once`;
    return [
      {
        what: `${what}: launch and teardown`,
        value: crowded.seconds,
        unit: "s",
        yardstick: { what: beside, value: yardstick.seconds },
      },
      {
        what: `${what}: memory while they are ready, over the idle engine`,
        value: crowded.memory,
        unit: "MB",
        yardstick: { what: beside, value: yardstick.memory },
      },
    ];
  } finally {
    local.stop();
  }
}

/**
 * The time that all took, and what this process and all that it started hold more than while nothing was up, both
 * divided by the sessions.
 */
async function together(local: Local, name: string, count: number) {
  const sessions = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  const all = (workflow: "launch" | "teardown", input: (session: string) => object) => async () => {
    const ends = sessions.map(async (session) =>
      endOf(
        local.clients,
        await startWorkflow(local.clients, local.stage, workflow, session, input(session)),
      ),
    );
    for (const { status, cause } of await Promise.all(ends)) {
      if (status !== "SUCCEEDED") throw new Error(`${workflow} is ${status}: ${cause}`);
    }
  };
  const idle = memoryOf(process.pid);
  const launch = await timed(all("launch", () => ({ blueprint: "admin" })));
  const memory = memoryOf(process.pid);
  const teardown = await timed(all("teardown", (session) => ({ session })));
  return { seconds: (launch + teardown) / 1_000 / count, memory: (memory - idle) / count };
}
