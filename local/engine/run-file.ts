import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { EngineError } from "./error.ts";
import { endGroups, startOf } from "./processes.ts";

const started = z.object({ pid: z.int().positive(), start: z.string() });
const contents = z.object({ owner: started, groups: z.array(started) });
type Started = z.infer<typeof started>;

/**
 * What an engine has running, in a file as well: an engine that was killed leaves its emulators and bodies behind,
 * and the next one ends them. Nothing is ended whose start is not the one written down.
 */
export class RunFile {
  readonly #file: string;
  readonly #owner: Started = identify(process.pid);
  readonly #groups = new Map<number, Started>();

  constructor(folder: string) {
    this.#file = join(folder, "running.json");
    endPrevious(this.#file);
    mkdirSync(folder, { recursive: true });
    this.#write();
  }

  add(leader: number): void {
    this.#groups.set(leader, identify(leader));
    this.#write();
  }

  /** Whether nobody has ended it yet. */
  has(leader: number | undefined): boolean {
    return leader !== undefined && this.#groups.has(leader);
  }

  /** Ends one group, if it is still the one that was started. */
  end(leader: number): void {
    const group = this.#groups.get(leader);
    if (group !== undefined) endIfSame([group]);
    this.#groups.delete(leader);
    this.#write();
  }

  endAll(): void {
    endIfSame([...this.#groups.values()]);
    this.#groups.clear();
    rmSync(this.#file, { force: true });
  }

  #write(): void {
    writeFileSync(this.#file, JSON.stringify({ owner: this.#owner, groups: [...this.#groups.values()] }));
  }
}

function endPrevious(file: string): void {
  if (!existsSync(file)) return;
  const { owner, groups } = contents.parse(JSON.parse(readFileSync(file, "utf8")));
  if (owner.pid !== process.pid && startOf(owner.pid) === owner.start) {
    throw new EngineError(`the local engine runs already, as process ${owner.pid}; end that one first`);
  }
  try {
    endIfSame(groups);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) throw error;
    throw new EngineError(
      "a killed engine has left programs of root's; start once with sudo, which ends them",
    );
  }
  for (const group of groups) waitUntilGone(group);
  rmSync(file);
}

function endIfSame(groups: readonly Started[]): void {
  endGroups(groups.flatMap(({ pid, start }) => (startOf(pid) === start ? pid : [])));
}

/** A killed process holds its port for a moment more. */
function waitUntilGone({ pid, start }: Started): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waits = 0; waits < 100 && startOf(pid) === start; waits += 1) Atomics.wait(clock, 0, 0, 20);
}

function identify(pid: number): Started {
  return { pid, start: startOf(pid) ?? "gone" };
}
