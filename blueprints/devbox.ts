import type { Blueprint } from "./blueprint.ts";

export const devbox: Blueprint = {
  name: "devbox",
  summary: "a Debian home that survives its machine",
  image: {
    parameter: "/aws/service/debian/release/12/latest/arm64",
    rootDevice: "/dev/xvda",
    user: "admin",
  },
  login: "debian",
  // The home lies on the machine's own disk. The cheapest first: on demand, the order decides.
  instanceTypes: ["c6gd.medium", "m6gd.medium", "c7gd.medium", "m7gd.medium"],
  spot: { allocation: "price-capacity-optimized", ceiling: 0.5 },
  storage: { rootGiB: 16, instanceStore: true, keptVolume: false },
  egress: "everything",
  ingressPort: 22,
  runtime: { defaultMinutes: 480, maximumMinutes: 720 },
  readyWithin: "restore",
  // A backup every ten minutes speaks to S3 although nobody works; a shell in use sends more than both.
  idle: { belowBytes: 500_000, periodSeconds: 300, periods: 12 },
  save: { by: "machine", proof: "object" },
  toolkit: [],
};
