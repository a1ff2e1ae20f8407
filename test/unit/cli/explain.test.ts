import { expect, it } from "vitest";
import { explainAws, isUnheard } from "../../../cli/aws/explain.ts";
import type { Target } from "../../../cli/aws/target.ts";

const aws: Target = { kind: "aws", stage: "moonbase", region: "us-east-1", profile: undefined };
const local: Target = {
  kind: "local",
  stage: "moonbase",
  region: "us-east-1",
  endpointOf: () => "http://127.0.0.1:4566",
  addressServices: undefined,
};

const named = (name: string, more: object = {}) =>
  Object.assign(new Error("in its own words"), { name, ...more });

it.each([
  ["ExpiredTokenException", /expired/, /log in/, "noAnswer"],
  ["CredentialsProviderError", /no AWS credentials/, /--local/, "noAnswer"],
  ["UnrecognizedClientException", /does not know these credentials/, /log in/, "noAnswer"],
  ["AccessDeniedException", /may not/, /granted/, "noAnswer"],
  ["StateMachineDoesNotExist", /no stage "moonbase"/, /--stage/, "unknown"],
  ["ResourceNotFoundException", /no stage "moonbase"/, /deploy/, "unknown"],
  ["TimeoutError", /AWS does not answer/, /network/, "noAnswer"],
])("%s is told by its name: cause and remedy", (name, what, remedy, ending) => {
  expect(explainAws(named(name), aws)?.complaint).toMatchObject({
    what: expect.stringMatching(what),
    remedy: expect.stringMatching(remedy),
    ending,
  });
});

it("nobody at the engine's port: it is down, and how to start it", () => {
  const refused = named("Error", { code: "ECONNREFUSED" });
  expect(explainAws(refused, local)?.complaint.remedy).toContain("npm start");
  expect(explainAws(new AggregateError([refused]), local)?.complaint.ending).toBe("noAnswer");
});

it("what nobody foresaw is not dressed up", () => {
  expect(explainAws(new Error("oops"), aws)).toBeUndefined();
});

it("a call without an answer may have been carried out; a refused one was not", () => {
  expect(isUnheard(named("TimeoutError"))).toBe(true);
  expect(isUnheard(named("Error", { code: "ECONNRESET" }))).toBe(true);
  expect(isUnheard(named("ServiceException", { $fault: "server" }))).toBe(true);
  expect(isUnheard(named("InvalidName", { $fault: "client" }))).toBe(false);
});
