import { execFileSync } from "node:child_process";
import { it } from "vitest";
import { workflows } from "./definition.ts";

it.each(workflows)("$name is valid by the Amazon States Language", ({ file }) => {
  execFileSync("asl-validator", ["--json-path", file], { stdio: "pipe" });
});
