import type { Blueprint } from "./blueprint.ts";

export const retention: Blueprint = {
  name: "retention",
  summary: "removes old backups of the homes, and reads some of what stays",
  image: {
    parameter: "/aws/service/debian/release/12/latest/arm64",
    rootDevice: "/dev/xvda",
    user: "admin",
  },
  login: "admin",
  // restic holds the list of all that is in the repository in memory: the half GiB of a nano is too little for a home.
  instanceTypes: ["t4g.micro", "t4g.small"],
  spot: { allocation: "price-capacity-optimized", ceiling: 0.5 },
  storage: { rootGiB: 8, instanceStore: false },
  door: null,
  runtime: { defaultMinutes: 60, maximumMinutes: 60 },
  readyWithin: "minutes",
  // Whatever it does, it speaks to S3: half an hour of silence is a machine that hangs.
  idle: { belowBytes: 50_000, periodSeconds: 300, periods: 6 },
  save: { by: "nobody" },
  toolkit: [],
};
