import type { Operation } from "./call.ts";
import type { Answer } from "./refusal.ts";

/**
 * `leftOut.fleetTokens`: asked again with the same ClientToken, EC2 answers as it did the first time and makes nothing;
 * the emulator makes another machine.
 */
export class FleetTokens {
  readonly #answers = new Map<string, Promise<Answer>>();

  answer(operation: Operation, words: string, ask: () => Promise<Answer>): Promise<Answer> {
    const token = /^ClientToken=(.+)$/m.exec(words)?.[1];
    if (operation.action !== "CreateFleet" || token === undefined) return ask();
    const earlier = this.#answers.get(token);
    if (earlier !== undefined) return earlier;
    const answer = ask();
    this.#answers.set(token, answer);
    // What was refused or never answered was not done, so it may be asked again.
    answer.then(
      ({ status }) => status >= 300 && this.#answers.delete(token),
      () => this.#answers.delete(token),
    );
    return answer;
  }
}
