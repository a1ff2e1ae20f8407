// The project's own packages: npm's in node_modules, pip's in .venv. Each is stamped when it is whole.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findCommand, isStamped, root, run, SetupError, stampOf, timed } from "./commands.mjs";

const nodeStamp = "node_modules/.moonbase-stamp";
const pythonStamp = ".venv/moonbase-stamp";
const testStamp = ".venv/moonbase-test-stamp";
const python = join(root, ".venv", "bin", "python");

/** Installs npm's packages when they are not those of the lock file. */
export async function nodePackages() {
  const stamp = stampOf("package-lock.json");
  if (isStamped(nodeStamp, stamp)) return;
  await timed("npm packages", async () => {
    // npm removes node_modules first, and with it the Node 24 in there: run on the machine's own.
    const node = findCommand("node") ?? process.execPath;
    const npm = process.env.npm_execpath ?? findCommand("npm");
    if (npm === undefined) throw new SetupError("npm is missing; it comes with Node.js");
    const [file, args] = npm.endsWith(".js") ? [node, [npm]] : [npm, []];
    await run(file, [...args, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
      PATH: `${dirname(node)}:${process.env.PATH}`,
    });
    writeFileSync(join(root, nodeStamp), stamp);
  });
}

/** Installs the engine, the AWS CLI and, for tests, cfn-lint when they are not those of the requirements. */
export async function pythonPackages(forTests) {
  const stamp = stampOf("local/requirements.txt");
  if (!isStamped(pythonStamp, stamp) || !existsSync(python)) {
    const base = await findPython();
    await timed("local engine and AWS CLI", async () => {
      rmSync(join(root, ".venv"), { recursive: true, force: true });
      await run(base, ["-m", "venv", join(root, ".venv")]);
      await install("local/requirements.txt");
      writeFileSync(join(root, pythonStamp), stamp);
    });
  }
  const wanted = stampOf("local/requirements.txt", "test/requirements.txt");
  if (!forTests || isStamped(testStamp, wanted)) return;
  await timed("template linter", async () => {
    await install("test/requirements.txt");
    writeFileSync(join(root, testStamp), wanted);
  });
}

/** The lists are complete, so nothing has to be resolved; Python compiles what it imports, which is a small part. */
function install(requirements) {
  const quiet = ["--disable-pip-version-check", "--no-input", "--quiet"];
  return run(python, ["-m", "pip", "install", ...quiet, "--no-deps", "--no-compile", "-r", requirements]);
}

/** A Python that is new enough and can make a virtual environment. */
async function findPython() {
  const unfit = [];
  for (const name of ["python3", "python3.14", "python3.13", "python3.12", "python3.11"]) {
    const file = findCommand(name);
    if (file === undefined) continue;
    try {
      await run(file, ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]);
      await run(file, ["-c", "import ensurepip, venv"]);
      return file;
    } catch {
      unfit.push(file);
    }
  }
  const found =
    unfit.length === 0 ? "none was found" : `found, and older or without venv: ${unfit.join(", ")}`;
  throw new SetupError(
    `Python 3.11 or newer with venv is needed (${found}). Debian and Ubuntu: apt-get install python3 python3-venv`,
  );
}
