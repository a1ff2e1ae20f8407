/** What stops the local engine, in words for the operator: shown without a stack. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}
