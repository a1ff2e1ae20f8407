import type { Blueprint } from "./blueprint.ts";

/**
 * For tests only: stands in for the blueprints that save, so that what holds for all of them can be tried before and
 * beside them. `index.ts` knows it only where the environment asks for stand-ins, which no deployment does.
 */
export const standIn: Blueprint = {
  name: "stand-in",
  summary: "for tests: a machine that holds something to save",
  image: {
    parameter: "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
    rootDevice: "/dev/sda1",
    user: "ubuntu",
  },
  login: "ubuntu",
  instanceTypes: ["t3.micro"],
  spot: { allocation: "price-capacity-optimized", ceiling: 0.5 },
  storage: { rootGiB: 8, instanceStore: false },
  door: { port: 22, opens: "at-launch" },
  runtime: { defaultMinutes: 60, maximumMinutes: 120 },
  readyWithin: "minutes",
  idle: { belowBytes: 150_000, periodSeconds: 300, periods: 6 },
  save: { by: "machine", proof: "object" },
  toolkit: [],
};
