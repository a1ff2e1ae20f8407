import { join } from "node:path";

/** The checkout that the command runs from; the engine's files are in its `.local`. */
export const checkout = join(import.meta.dirname, "..");
export const engineFolder = join(checkout, ".local");
