import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { giveToOperator } from "../../local/bodies/nspawn/owner.ts";

test("after sudo the operator owns what was written, and the root file system stays root's", () => {
  const folder = mkdtempSync(join(tmpdir(), "moonbase-owner-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    delete process.env.SUDO_UID;
    delete process.env.SUDO_GID;
  });
  for (const name of ["bodies", "rootfs"]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "file"), "");
  }
  const ownerOf = (name: string) => statSync(join(folder, name)).uid;

  giveToOperator(folder);
  expect(ownerOf("bodies/file")).toBe(0);

  Object.assign(process.env, { SUDO_UID: "65534", SUDO_GID: "65534" });
  giveToOperator(folder);
  expect(["bodies", "bodies/file", "rootfs", "rootfs/file"].map(ownerOf)).toEqual([65_534, 65_534, 0, 0]);
});
