import type { Grant } from "./grant.ts";
import type { Names } from "./shared.ts";
import * as shared from "./shared.ts";

/** An extension is a line in the books: it reads and writes records, and touches no machine and no schedule. */
export const extendGrants = (names: Names): Grant[] => [
  shared.sessionRecords(names, ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
  shared.writeTraces(),
];
