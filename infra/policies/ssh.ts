import type { Blueprint } from "../../blueprints/index.ts";
import { doorGrants, egressGrants, shutDoorGrants } from "./door.ts";
import type { Grant } from "./grant.ts";
import type { Names } from "./shared.ts";
import * as shared from "./shared.ts";

/** Who may come in: a line in the record, and the one rule in the session's own group. It touches nothing else of a machine. */
export const sshGrants = (stage: string, names: Names, known: readonly Blueprint[]): Grant[] => [
  shared.sessionRecords(names, ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
  shared.describe(["Instances", "SecurityGroups"]),
  ...doorGrants(stage),
  ...egressGrants(stage, known),
  ...shutDoorGrants(stage),
  shared.tellOperator(names),
  shared.writeTraces(),
];
