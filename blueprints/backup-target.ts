import type { Blueprint } from "./blueprint.ts";

export const backupTarget: Blueprint = {
  name: "backup-target",
  summary: "takes btrfs backups over ssh, onto a volume that outlives it",
  image: {
    parameter: "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
    rootDevice: "/dev/sda1",
    user: "ubuntu",
  },
  // Devices log in as this user, each with its own key and a forced command; people come by Session Manager.
  login: "btrbk",
  // The volume is in one zone, and not every zone has the first type.
  instanceTypes: ["t3a.nano", "t3.nano"],
  // Spot may take it in the middle of a transfer: what was half received is discarded, and the next run sends it again.
  spot: { allocation: "capacity-optimized-prioritized", ceiling: 0.5 },
  storage: { rootGiB: 8, instanceStore: false, keptVolume: true },
  egress: "web",
  optIn: "backupTarget",
  door: { port: 22, opens: "at-launch" },
  // As long as the month that its budget is about: docs/decisions/025-a-backup-target-lives-a-month-at-the-longest.md.
  runtime: { defaultMinutes: 120, maximumMinutes: 44_640 },
  // A volume that was made from a snapshot is slow until all of it has been read.
  readyWithin: "restore",
  // The acknowledgements of what it receives are traffic too: 100 MB bring about 1 MB of them.
  idle: { belowBytes: 300_000, periodSeconds: 300, periods: 6 },
  save: { by: "machine", proof: "volume" },
  toolkit: [],
};
