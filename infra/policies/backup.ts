import type { Blueprint } from "../../blueprints/index.ts";
import type { Grant } from "./grant.ts";
import { savingGrants } from "./saving.ts";
import type { Names } from "./shared.ts";
import * as shared from "./shared.ts";

/** To have a machine save once more, and to write that down. It ends nothing and makes nothing. */
export const backupGrants = (stage: string, names: Names, known: readonly Blueprint[]): Grant[] => [
  shared.sessionRecords(names, ["dynamodb:GetItem", "dynamodb:UpdateItem"]),
  shared.describe(["Instances", ...(known.some(({ storage }) => storage.keptVolume) ? ["Volumes"] : [])]),
  ...savingGrants(stage, names, "backup"),
  shared.tellEverybody(),
  shared.tellOperator(names),
  shared.writeTraces(),
];
