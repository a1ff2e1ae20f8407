import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import { Construct } from "constructs";
import { create, type WriteEntry } from "tar";

/** What git keeps of a mode: nothing but whether a file is executable. The rest would differ by umask. */
function normalizeMode(entry: WriteEntry): void {
  if (entry.stat === undefined) return;
  entry.stat.mode = entry.stat.isDirectory() || (entry.stat.mode & 0o100) !== 0 ? 0o755 : 0o644;
}

/** The same scripts give the same bytes, whenever, wherever and by whomever they are packed; not those of `without`. */
export function packScripts(directory: string, file: string, without: readonly string[] = []): string {
  const entries = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((entry) => !without.includes(entry.split("/")[0] ?? ""))
    .sort();
  create(
    {
      sync: true,
      file,
      cwd: directory,
      gzip: { level: 9 },
      portable: true,
      mtime: new Date(0),
      noDirRecurse: true,
      onWriteEntry: normalizeMode,
    },
    entries,
  );
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** The scripts of all machines, published to the bootstrap bucket. Machines check the archive's own sha256. */
export class ScriptBundle extends Construct {
  readonly sha256: string;
  readonly bucket: string;
  readonly key: string;

  constructor(scope: Construct, id: string, directory: string, without: readonly string[]) {
    super(scope, id);
    const workspace = mkdtempSync(join(tmpdir(), "moonbase-bundle-"));
    try {
      const file = join(workspace, "scripts.tar.gz");
      this.sha256 = packScripts(directory, file, without);
      const asset = new Asset(this, "Archive", { path: file });
      this.bucket = asset.s3BucketName;
      this.key = asset.s3ObjectKey;
    } finally {
      rmSync(workspace, { recursive: true });
    }
  }
}
