import type { Blueprint } from "./blueprint.ts";

export const admin: Blueprint = {
  name: "admin",
  summary: "a throw-away Ubuntu shell with cloud tools",
  image: {
    parameter: "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
    rootDevice: "/dev/sda1",
    user: "ubuntu",
  },
  login: "ubuntu",
  instanceTypes: ["t3.small", "t3.micro"],
  spot: { allocation: "capacity-optimized-prioritized", ceiling: 0.5 },
  storage: { rootGiB: 8, instanceStore: false },
  door: { port: 22, opens: "at-launch" },
  runtime: { defaultMinutes: 240, maximumMinutes: 720 },
  readyWithin: "minutes",
  // An idle Ubuntu with the SSM agent sends some 60-100 kB in five minutes; a shell in use sends more.
  idle: { belowBytes: 150_000, periodSeconds: 300, periods: 6 },
  save: { by: "nobody" },
  toolkit: ["tmux", "kubectl", "podman", "aws-cli"],
};
