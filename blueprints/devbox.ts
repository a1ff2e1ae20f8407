import type { Blueprint } from "./blueprint.ts";
import type { InstanceType } from "./prices.ts";

// The home lies on the machine's own disk. The cheapest first: on demand, the order decides.
const arm64: InstanceType[] = ["c6gd.medium", "m6gd.medium", "c7gd.medium", "m7gd.medium"];
const amd64: InstanceType[] = ["c5d.large", "c6id.large", "m5d.large", "m6id.large"];

const debian = (release: 12 | 13, architecture: "arm64" | "amd64") =>
  `/aws/service/debian/release/${release}/latest/${architecture}`;

export const devbox = {
  name: "devbox",
  summary: "a Debian home that survives its machine",
  image: { parameter: debian(12, "arm64"), rootDevice: "/dev/xvda", user: "admin" },
  login: "debian",
  instanceTypes: arm64,
  variants: {
    "debian-12-arm64": { image: debian(12, "arm64"), instanceTypes: arm64 },
    "debian-13-arm64": { image: debian(13, "arm64"), instanceTypes: arm64 },
    "debian-12-amd64": { image: debian(12, "amd64"), instanceTypes: amd64 },
    "debian-13-amd64": { image: debian(13, "amd64"), instanceTypes: amd64 },
  },
  spot: { allocation: "price-capacity-optimized", ceiling: 0.5 },
  storage: { rootGiB: 16, instanceStore: true },
  door: { port: 22, opens: "on-request" },
  runtime: { defaultMinutes: 480, maximumMinutes: 720 },
  readyWithin: "restore",
  // A backup every ten minutes speaks to S3 although nobody works; a shell in use sends more than both.
  idle: { belowBytes: 500_000, periodSeconds: 300, periods: 12 },
  save: { by: "machine", proof: "object" },
  toolkit: [],
} satisfies Blueprint;
