import { hostname, userInfo } from "node:os";
import { requestedBy } from "../../workflows/fields.ts";

/** As many characters as the launch takes. The end of a long ARN tells the person, its beginning only the account. */
const longest = 120;

/** What the command says of who asks: the caller's ARN, or else user and host. Nobody checks it; CloudTrail knows. */
export function claimedCaller(arn: string, local: () => string = userAtHost): string | undefined {
  const words = (arn || local()).replaceAll(/[^\w .:/@+=,-]/g, "_").slice(-longest);
  return requestedBy.safeParse(words).success ? words : undefined;
}

/** A user without a name, as in some containers, is none. */
function userAtHost(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return "";
  }
}
