import { expect, it } from "vitest";
import { announcement } from "../../../cli/aws/account.ts";
import { chooseTarget } from "../../../cli/aws/target.ts";
import { readConfig } from "../../../cli/config.ts";

const { config } = readConfig({ XDG_CONFIG_HOME: "/nowhere" });
const engine = { AWS_ENDPOINT_URL: "http://127.0.0.1:4566", AWS_ENDPOINT_URL_EC2: "http://127.0.0.1:4567" };

it("endpoints on loopback are the local engine, each service at its own", () => {
  const target = chooseTarget({}, { ...config, stage: "blue" }, engine);
  expect(target).toMatchObject({ kind: "local", stage: "moonbase", region: "us-east-1" });
  if (target.kind !== "local") return;
  expect(target.endpointOf("SFN")).toBe("http://127.0.0.1:4566");
  expect(target.endpointOf("EC2")).toBe("http://127.0.0.1:4567");
  expect(announcement(target, undefined)).toBe("moonbase · local engine at 127.0.0.1:4566 · stage moonbase");
});

it("without endpoints it is AWS: option before environment before configuration", () => {
  const own = { ...config, stage: "blue", region: "eu-west-1" };
  expect(chooseTarget({}, own, {})).toMatchObject({ kind: "aws", stage: "blue", region: "eu-west-1" });
  expect(chooseTarget({}, own, { AWS_REGION: "us-west-1" })).toMatchObject({ region: "us-west-1" });
  expect(chooseTarget({ region: "us-east-1", stage: "red" }, own, { AWS_REGION: "us-west-1" })).toMatchObject(
    {
      region: "us-east-1",
      stage: "red",
    },
  );
});

it.each([
  [{}, { AWS_ENDPOINT_URL: "https://example.org" }, /AWS_ENDPOINT_URL is "https:\/\/example.org"/],
  [{}, { ...engine, AWS_ENDPOINT_URL_S3: "http://10.0.0.1:80" }, /AWS_ENDPOINT_URL_S3/],
  [{ stage: "Blue" }, {}, /stage: "Blue" is not accepted/],
  [{ region: "Ireland" }, {}, /region: "Ireland" is not accepted/],
])("refuses %j with %j", (options, environment, message) => {
  expect(() => chooseTarget(options, config, environment)).toThrow(message);
});
