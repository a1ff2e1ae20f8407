import type { IpPermission } from "@aws-sdk/client-ec2";

/**
 * What may reach a machine, for nft: what its security groups allow, the answers to what it asked itself, and its own
 * loopback. Out goes only an answer: a body has nobody to call but the engine, which is on its loopback.
 */
export function ingressRules(permissions: readonly IpPermission[]): string {
  const allowed = [...new Set(permissions.flatMap(ruleOf))].toSorted();
  return [
    "table inet machine {",
    "  chain input {",
    "    type filter hook input priority filter; policy drop;",
    '    iifname "lo" accept',
    "    ct state established,related accept",
    ...allowed.map((rule) => `    ${rule} accept`),
    "  }",
    "  chain output {",
    "    type filter hook output priority filter; policy drop;",
    '    oifname "lo" accept',
    "    ct state established,related accept",
    "    reject",
    "  }",
    "}",
    "",
  ].join("\n");
}

/**
 * Rules in the place of those in force, in one transaction: the machine is at no moment without a filter. Fails where
 * there are none yet, so that it cannot come before a body's first ones.
 */
export const replacing = (rules: string) => `delete table inet machine\n${rules}`;

/** Sources are addresses here; a group as a source allows nobody, because bodies do not see each other. */
function ruleOf({ IpProtocol, FromPort, ToPort, IpRanges, Ipv6Ranges }: IpPermission): string[] {
  const sources = [
    ...(IpRanges ?? []).map(({ CidrIp }) => `ip saddr ${CidrIp}`),
    ...(Ipv6Ranges ?? []).map(({ CidrIpv6 }) => `ip6 saddr ${CidrIpv6}`),
  ];
  if (IpProtocol === "-1") return sources;
  if (IpProtocol !== "tcp" && IpProtocol !== "udp") return [];
  return sources.map((source) => `${source} ${IpProtocol} dport ${FromPort ?? 0}-${ToPort ?? 65_535}`);
}
