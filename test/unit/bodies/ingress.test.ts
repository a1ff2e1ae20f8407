import { expect, test } from "vitest";
import { ingressRules, replacing } from "../../../local/bodies/nspawn/ingress.ts";

const allowed = (...permissions: Parameters<typeof ingressRules>[0]) =>
  ingressRules(permissions)
    .split("\n")
    .filter((line) => / accept$/.test(line) && !/"lo"|established/.test(line))
    .map((line) => line.trim());

const laptop = [{ CidrIp: "198.18.0.1/32" }];

test("without a rule nothing comes in and nothing goes out but answers", () => {
  expect(allowed()).toEqual([]);
  expect(ingressRules([]).match(/policy drop/g)).toHaveLength(2);
});

test.each([
  [
    { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: laptop },
    "ip saddr 198.18.0.1/32 tcp dport 22-22 accept",
  ],
  [
    { IpProtocol: "udp", FromPort: 1, ToPort: 9, Ipv6Ranges: [{ CidrIpv6: "2001:db8::1/128" }] },
    "ip6 saddr 2001:db8::1/128 udp dport 1-9 accept",
  ],
  [{ IpProtocol: "-1", IpRanges: laptop }, "ip saddr 198.18.0.1/32 accept"],
])("%j is one rule", (permission, rule) => {
  expect(allowed(permission)).toEqual([rule]);
});

test.each([
  { IpProtocol: "icmp", FromPort: -1, ToPort: -1, IpRanges: laptop },
  { IpProtocol: "tcp", FromPort: 22, ToPort: 22, UserIdGroupPairs: [{ GroupId: "sg-1" }] },
])("%j lets nobody in", (permission) => {
  expect(allowed(permission)).toEqual([]);
});

test("two groups with one rule are the same as one, in whatever order", () => {
  const one = { IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: laptop };
  const other = { ...one, FromPort: 80, ToPort: 80 };
  expect(ingressRules([one, other, one])).toBe(ingressRules([other, one]));
});

test("rules replace those in force in one go, and only where there are some", () => {
  expect(replacing(ingressRules([]))).toMatch(/^delete table inet machine\ntable inet machine \{/);
});
