import { delimiter, join, sep } from "node:path";

/** The project's folder. Everything that the local engine installs or writes is inside it. */
export const projectFolder = join(import.meta.dirname, "..");

export const nodeCommands = join(projectFolder, "node_modules", ".bin");
export const pythonCommands = join(projectFolder, ".venv", "bin");

/** The machine's own programs, without those that npm put into this or another project. */
export function systemPath(): string {
  const modules = `${sep}node_modules${sep}`;
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !folder.includes(modules))
    .join(delimiter);
}

/** The same with the project's Node 24 first. */
export function toolPath(): string {
  return [nodeCommands, systemPath()].join(delimiter);
}
