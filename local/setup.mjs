// Brings a fresh clone to where it can run: npm's packages, the local engine and, with --test, what the tests run.
// Plain JavaScript, because it runs on the machine's own Node before anything is installed. Run by `npm start`,
// `npm test` and `npm run bench`; when all is in place it does nothing.

import { findCommand, SetupError } from "./setup/commands.mjs";
import { debianPackages } from "./setup/debian.mjs";
import { nodePackages, pythonPackages } from "./setup/packages.mjs";

const oldestNode = 20;

/** All steps are ended before the first failure is shown, so that none goes on behind a message. */
async function together(...steps) {
  for (const outcome of await Promise.allSettled(steps)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}

try {
  if (Number(process.versions.node.split(".")[0]) < oldestNode) {
    throw new SetupError(`Node.js ${oldestNode} or newer is needed; this is ${process.versions.node}`);
  }
  if (findCommand("git") === undefined) throw new SetupError("git is missing");
  const forTests = process.argv.includes("--test");
  await together(nodePackages(), pythonPackages(forTests));
  // After the others: apt may bring a Python or a curl that they would have found half-installed.
  if (forTests) await debianPackages();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`setup: ${error.message}\n`);
  process.exitCode = 1;
}
