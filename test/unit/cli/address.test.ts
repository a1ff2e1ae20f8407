import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { findAddress, givenAddress, judgeEcho } from "../../../cli/address.ts";
import { listenOnLoopback } from "../../../local/loopback.ts";

async function service(answer: string, status = 200): Promise<string> {
  const server = createServer((_, reply) => void reply.writeHead(status).end(answer));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${await listenOnLoopback(server)}/`;
}

it("the first service that knows is believed; the second is there for when it does not", async () => {
  expect(await findAddress([await service("203.0.113.7\n"), await service("203.0.113.8")])).toBe(
    "203.0.113.7",
  );
  expect(await findAddress([await service("", 503), await service("203.0.113.8\n")])).toBe("203.0.113.8");
  expect(await findAddress(["http://127.0.0.1:1/", await service("203.0.113.8")])).toBe("203.0.113.8");
  expect(await findAddress([await service("<html>log in</html>"), await service("203.0.113.8")])).toBe(
    "203.0.113.8",
  );
});

it("behind IPv6 only it says so, and how to go on", async () => {
  const services = [await service("2001:db8::7"), await service("", 500)];
  await expect(findAddress(services)).rejects.toMatchObject({
    complaint: {
      what: expect.stringContaining("IPv6"),
      why: expect.stringMatching(/2001:db8::7; .*it answered 500/),
      remedy: expect.stringContaining("--address"),
      ending: "unreachable",
    },
  });
});

it("an answer is an address, or is not", () => {
  expect(judgeEcho(" 203.0.113.7 \n")).toEqual({ kind: "address", address: "203.0.113.7" });
  expect(judgeEcho("203.0.113.7, 10.0.0.1")).toMatchObject({ kind: "failed" });
});

it("an address by hand is one IPv4 address", () => {
  expect(givenAddress("203.0.113.7")).toBe("203.0.113.7");
  for (const wrong of ["0.0.0.0", "203.0.113.0/24", "::1", "here"])
    expect(() => givenAddress(wrong)).toThrow(wrong);
});
