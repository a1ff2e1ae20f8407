import { ansibleKey, passwordKey, repositoryKey } from "../../functions/session/devserver.ts";
import { arnOf } from "../constructs/arns.ts";
import type { Grant } from "./grant.ts";
import { type Names, writeTraces } from "./shared.ts";

/** To write three parameters, and to read none: not even whoever makes the password can look at it afterwards. */
export function passwordGrants(names: Names): Grant[] {
  return [
    {
      sid: "MakeParameters",
      actions: ["ssm:PutParameter"],
      resources: [passwordKey, repositoryKey, ansibleKey].map((key) =>
        arnOf("ssm", `parameter${names.devserverParameter(key)}`),
      ),
    },
    writeTraces(),
  ];
}
