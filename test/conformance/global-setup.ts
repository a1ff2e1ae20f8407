import type { TestProject } from "vitest/node";
import type { Target } from "./target.ts";

/** What the environment names; AWS itself only when it is asked for by name, because its machines cost money. */
function named(environment: NodeJS.ProcessEnv): Target {
  const onAws = environment.CONFORMANCE_TARGET === "aws";
  if (!onAws && environment.AWS_ENDPOINT_URL === undefined) {
    throw new Error("set AWS_ENDPOINT_URL, or CONFORMANCE_TARGET=aws for AWS itself: docs/conformance.md");
  }
  const stage = environment.CONFORMANCE_STAGE ?? "moonbase";
  const role =
    environment.CONFORMANCE_ROLE ??
    (onAws ? undefined : `arn:aws:iam::000000000000:role/${stage}-conformance`);
  if (role === undefined) throw new Error("set CONFORMANCE_ROLE to the role's ARN: docs/conformance.md");
  return { pinned: environment.CONFORMANCE_DEVIATIONS === "expected", endpoints: null, role, stage };
}

export default (project: TestProject): void => project.provide("conformance", named(process.env));
