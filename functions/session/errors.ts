/**
 * The name an AWS error goes by. Errors are told apart by name, never by message: messages change.
 */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "Unknown";
}

export function isNamed(error: unknown, ...names: string[]): boolean {
  return names.includes(nameOf(error));
}

/** Runs a call; an error of one of these names is an answer (`undefined`), any other goes on. */
export async function unless<Result>(
  names: string[],
  call: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isNamed(error, ...names)) return undefined;
    throw error;
  }
}
