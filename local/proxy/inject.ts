import { setTimeout as pause } from "node:timers/promises";
import type { Book } from "./book.ts";
import type { Call, Operation } from "./call.ts";
import type { Rule } from "./fault.ts";
import { type Answer, refusal, throttlingOf } from "./refusal.ts";

export interface Injection {
  readonly rule: Rule;
  readonly call: Call;
  readonly operation: Operation;
  readonly ask: () => Promise<Answer>;
  readonly book: Book;
  /** Aborted when the caller has hung up. */
  readonly gone: AbortSignal;
}

/** Does to a call what the rule says. No answer means that the connection breaks. */
export async function inject(injection: Injection): Promise<Answer | undefined> {
  const { call, operation, ask } = injection;
  const { deed } = injection.rule;
  switch (deed.do) {
    case "error":
      return refusal(operation, deed.name, deed.status);
    case "throttle": {
      const { name, status } = throttlingOf(operation.service);
      return refusal(operation, name, status);
    }
    case "drop":
      return undefined;
    case "lose":
      await ask();
      return undefined;
    case "kill":
      await ask();
      kill(call);
      return undefined;
    case "hold":
      await held(injection, deed.milliseconds);
      return ask();
    case "answer":
      return { status: 200, headers: { "content-type": deed.contentType }, body: Buffer.from(deed.body) };
    case "edit": {
      const answer = await ask();
      const body = answer.body.toString().replace(new RegExp(deed.pattern, "s"), deed.replacement);
      return { ...answer, body: Buffer.from(body) };
    }
  }
}

/** The process has said its own id; only a function's process says one. */
function kill({ caller }: Call): void {
  if (caller.process === undefined) throw new Error(`${caller.name} is not a function and cannot be killed`);
  process.kill(caller.process, "SIGKILL");
}

/** A caller that hangs up does not take its request back: what is on its way arrives. */
async function held({ rule, book, gone }: Injection, milliseconds: number): Promise<void> {
  const hungUp = new Promise<void>((resolve) => {
    if (gone.aborted) resolve();
    gone.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([pause(milliseconds, undefined, { ref: false }), hungUp, book.lifted(rule.session)]);
}
