import { Logger } from "@aws-lambda-powertools/logger";

/** One line of JSON an event: a name in plain words and ids. Never an input, a parameter or the environment. */
export const log = new Logger();
