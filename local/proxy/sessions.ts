/**
 * Which session a call is about. Most requests name it. Others name a machine or a task token that an earlier call of
 * the session brought up, or belong to an invocation of a function that named it before: one invocation is about one
 * session. Only watched sessions are looked for.
 */
export class Sessions {
  readonly #watched = new Set<string>();
  /** Machines, task tokens and invocations, and whose they are. */
  readonly #known = new Map<string, string>();

  watch(session: string): void {
    this.#watched.add(session);
  }

  of(words: string, invocation: string | undefined): string | undefined {
    const session =
      [...this.#watched].find((each) => words.includes(each)) ??
      marksIn(words)
        .map((mark) => this.#known.get(mark))
        .find((each) => each !== undefined) ??
      (invocation === undefined ? undefined : this.#known.get(invocation));
    if (session !== undefined && invocation !== undefined) this.#known.set(invocation, session);
    return session;
  }

  /** What a call of a session brings up is the session's. */
  learn(session: string, ...texts: string[]): void {
    for (const mark of texts.flatMap(marksIn)) this.#known.set(mark, session);
  }
}

/** Ids of machines, and task tokens wherever they are written, also in JSON inside of JSON. */
function marksIn(text: string): string[] {
  const machines = text.match(/\bi-[0-9a-f]{8,17}\b/g) ?? [];
  const tokens = [...text.matchAll(/taskToken\\*":\s*\\*"([^"\\]+)/g)].flatMap(([, token]) => token ?? []);
  return [...machines, ...tokens];
}
