import { pythonCommands } from "./project.ts";

/** Where the two emulators listen: one does EC2, SSM and Budgets, the other everything else. */
export interface Endpoints {
  readonly serverless: string;
  readonly machines: string;
}

/** The endpoints for a pair of ports on this machine. */
export function endpointsAt(ports: { serverless: number; machines: number }): Endpoints {
  return {
    serverless: `http://127.0.0.1:${ports.serverless}`,
    machines: `http://127.0.0.1:${ports.machines}`,
  };
}

export const region = "us-east-1";
export const account = "000000000000";
export const credentials = { accessKeyId: "local", secretAccessKey: "local", sessionToken: "local" };

/** Throws unless the address is this machine's own: nothing here may ever reach AWS. */
export function assertLoopback(address: string): URL {
  const url = URL.parse(address);
  if (url === null) throw new Error(`not an address: "${address}"`);
  const hosts = ["127.0.0.1", "localhost", "[::1]"];
  if (url.protocol !== "http:" || !hosts.includes(url.hostname) || url.username !== "") {
    throw new Error(`only http on loopback is allowed here, not ${url.protocol}//${url.hostname}`);
  }
  return url;
}

/**
 * An environment in which no AWS client finds credentials, configuration, a metadata service or a way out: what does
 * not go to loopback goes to a proxy that does not exist.
 */
export function sealedEnvironment(): Record<string, string> {
  const deadProxy = "http://127.0.0.1:9";
  const loopback = "127.0.0.1,localhost,::1";
  return {
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    HTTP_PROXY: deadProxy,
    HTTPS_PROXY: deadProxy,
    http_proxy: deadProxy,
    https_proxy: deadProxy,
    NO_PROXY: loopback,
    no_proxy: loopback,
    NODE_USE_ENV_PROXY: "1",
  };
}

/** Where the engine is, for whatever reads the standard variables: SDKs, the AWS CLI, the CDK, our scripts. */
export function endpointVariables(endpoints: Endpoints): Record<string, string> {
  const serverless = origin(endpoints.serverless);
  const machines = origin(endpoints.machines);
  return {
    AWS_ENDPOINT_URL: serverless,
    AWS_ENDPOINT_URL_EC2: machines,
    AWS_ENDPOINT_URL_SSM: machines,
    AWS_ENDPOINT_URL_BUDGETS: machines,
  };
}

/** The whole environment of a client of the engine. */
export function clientEnvironment(endpoints: Endpoints): Record<string, string> {
  return {
    ...sealedEnvironment(),
    ...endpointVariables(endpoints),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
}

/** Takes every AWS setting of the operator out of this process and seals it. */
export function sealProcess(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_")) delete process.env[name];
  }
  Object.assign(process.env, sealedEnvironment());
}

/** A file for the operator to source: after it, a plain `aws` talks to the engine and to nothing else. */
export function environmentFile(endpoints: Endpoints, told: Record<string, string> = {}): string {
  const lines = Object.entries({ ...clientEnvironment(endpoints), ...told }).map(
    ([name, value]) => `export ${name}='${value}'`,
  );
  return [
    "# source this file: `aws` then talks to the local engine, and to nothing else",
    "unset AWS_PROFILE AWS_DEFAULT_PROFILE",
    ...lines,
    `export PATH='${pythonCommands}':"$PATH"`,
    "",
  ].join("\n");
}

function origin(endpoint: string): string {
  return assertLoopback(endpoint).origin;
}
