import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ingressRules } from "./ingress.ts";
import { makeStore, storeLink } from "./instance-store.ts";

/** What differs from body to body. */
interface Facts {
  readonly hostname: string;
  /** The login of the machine's image. */
  readonly user: string;
  readonly variables: Record<string, string>;
  /** Whether its type has an instance store. */
  readonly store: boolean;
}

/** A body's folder: the root file system, the layer over it that takes every change, and where both are joined. */
export function prepare(home: string, rootFileSystem: string, facts: Facts): void {
  // The layer's folders are the body's own: an operator's umask has no say in them.
  const umask = process.umask(0o022);
  for (const name of ["work", "root"]) mkdirSync(join(home, name), { recursive: true });
  symlinkSync(rootFileSystem, join(home, "lower"));
  writeFileSync(join(home, "closed.nft"), ingressRules([]));
  for (const [path, text] of Object.entries(filesOf(facts))) {
    const file = join(home, "upper/etc", path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  }
  if (facts.store) makeStore(home);
  process.umask(umask);
}

/** What this body has in its /etc besides what all have. */
function filesOf({ hostname, user, variables, store }: Facts): Record<string, string> {
  // For everybody on the machine, so that user data and scripts are those for AWS: logins, and systemd's services.
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return {
    // In EC2 the resolver knows a machine's own name; here there is none.
    hosts: `127.0.0.1 localhost\n127.0.1.1 ${hostname}\n`,
    environment: `${lines.join("\n")}\n`,
    "systemd/system.conf.d/engine.conf": `[Manager]\nDefaultEnvironment=${lines.join(" ")}\n`,
    "cloud/cloud.cfg.d/91_user.cfg": `system_info: { default_user: { name: ${user} } }\n`,
    ...(store && { "tmpfiles.d/instance-store.conf": storeLink }),
  };
}
