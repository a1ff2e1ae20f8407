import { join } from "node:path";
import { account, clientEnvironment, type Endpoints, region } from "../environment.ts";
import { pythonCommands, toolPath } from "../project.ts";
import type { Program } from "./processes.ts";

/** An emulator: the program, and the address that answers once it is up. */
export interface Emulator {
  readonly name: string;
  readonly program: Omit<Program, "log">;
  readonly readyAt: string;
}

export interface Told {
  /** Where functions find the engine: at the emulators themselves, or at what stands before them. */
  readonly endpoints: Endpoints;
  /** What functions are told on top. */
  readonly environment?: Record<string, string>;
}

/**
 * Both emulators, as PyPI has them. Their environment is made here from nothing: functions inherit it, so a setting
 * of the operator's would reach them, and the endpoints in it are how functions find the engine.
 */
export function emulatorsOf(endpoints: Endpoints, temporary: string, told: Told): Emulator[] {
  const environment = {
    ...clientEnvironment(told.endpoints),
    ...told.environment,
    PATH: toolPath(),
    HOME: temporary,
    TMPDIR: temporary,
    LANG: "C.UTF-8",
    PYTHONUNBUFFERED: "1",
  };
  const serverlessPort = new URL(endpoints.serverless).port;
  const machinesPort = new URL(endpoints.machines).port;
  return [
    {
      name: "ministack",
      readyAt: `${endpoints.serverless}/_ministack/ready`,
      program: {
        file: join(pythonCommands, "python"),
        arguments: ["-m", "ministack"],
        folder: temporary,
        environment: {
          ...environment,
          BIND_HOST: "127.0.0.1",
          GATEWAY_PORT: serverlessPort,
          MINISTACK_ACCOUNT_ID: account,
          MINISTACK_REGION: region,
          LAMBDA_EXECUTOR: "local",
          // Idle function processes go after a while: each holds some 70 MB.
          LAMBDA_WARM_TTL_SECONDS: "60",
          // Its listener for devices would take a fixed port on every interface.
          IOT_MTLS_ENABLED: "0",
          SFTP_ENABLED: "0",
          // An operator's Docker is none of our business.
          DOCKER_HOST: `unix://${join(temporary, "no-docker")}`,
        },
      },
    },
    {
      name: "moto",
      readyAt: `${endpoints.machines}/moto-api/`,
      program: {
        file: join(pythonCommands, "python"),
        arguments: ["-m", "moto.server", "-H", "127.0.0.1", "-p", machinesPort],
        folder: temporary,
        environment: { ...environment, MOTO_ACCOUNT_ID: account },
      },
    },
  ];
}
