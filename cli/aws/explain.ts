import { CommandError, type Complaint } from "../command-error.ts";
import type { Target } from "./target.ts";

/** The names under which services refuse credentials, by what is wrong with them. */
const expired = ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const missing = ["CredentialsProviderError", "TokenProviderError"];
const wrong = [
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "AuthFailure",
  "MissingAuthenticationToken",
  "IncompleteSignature",
];
const forbidden = [
  "AccessDenied",
  "AccessDeniedException",
  "UnauthorizedOperation",
  "NotAuthorized",
  "UnauthorizedException",
];
const throttled = ["ThrottlingException", "Throttling", "RequestLimitExceeded", "TooManyRequestsException"];
const unreached = [
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ETIMEDOUT",
  "EPIPE",
];
const unheard = ["TimeoutError", "RequestTimeout", "AbortError", "InternalFailure", "InternalServerError"];
const noStage = ["StateMachineDoesNotExist", "ResourceNotFoundException"];

/** What an error goes by: AWS's name, and the network's code below it. */
export function namesOfError(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const code = "code" in error && typeof error.code === "string" ? [error.code] : [];
  const inner = error instanceof AggregateError ? error.errors : [error.cause];
  return [error.name, ...code, ...inner.flatMap(namesOfError)];
}

const goes = (names: string[], by: string[]) => names.some((name) => by.includes(name));

/** The stage is not there: whoever asks next looks which ones are. */
export const isNoStage = (error: unknown): boolean => goes(namesOfError(error), noStage);

/** Nobody knows whether the call was carried out. */
export const isUnheard = (error: unknown): boolean => {
  const server = error instanceof Error && "$fault" in error && error.$fault === "server";
  return server || goes(namesOfError(error), [...unreached, ...unheard]);
};

/** Cause and remedy of what AWS or the engine threw, by its name; undefined for what nobody foresaw. */
export function explainAws(error: unknown, target: Target): CommandError | undefined {
  const complaint = complain(error, target);
  return complaint && new CommandError(complaint, { cause: error });
}

function complain(error: unknown, target: Target): Complaint | undefined {
  const names = namesOfError(error);
  const why = error instanceof Error ? error.message : String(error);
  const local = target.kind === "local";
  const login = "log in anew (aws sso login, or fresh keys), or name another --profile";
  if (goes(names, expired))
    return { what: "the AWS credentials have expired", why, remedy: login, ending: "noAnswer" };
  if (goes(names, missing) && !local)
    return {
      what: "no AWS credentials were found",
      why,
      remedy:
        "log in (aws sso login, or aws configure), name a --profile, or use --local for the local engine",
      ending: "noAnswer",
    };
  if (goes(names, wrong))
    return { what: "AWS does not know these credentials", why, remedy: login, ending: "noAnswer" };
  if (goes(names, forbidden))
    return {
      what: "these credentials may not do that",
      why,
      remedy: "use those of somebody who may, or have the permission in the message granted",
      ending: "noAnswer",
    };
  if (goes(names, throttled))
    return { what: "AWS is asked too often", why, remedy: "try again in a minute", ending: "noAnswer" };
  if (goes(names, noStage)) return noStageComplaint(target, []);
  if (why === "Region is missing")
    return {
      what: "no region is set",
      remedy: 'name one with --region, or set "region" in the configuration',
      ending: "usage",
    };
  if (goes(names, [...unreached, ...unheard])) return unreachable(target, why || names.join(", "));
  return undefined;
}

function unreachable(target: Target, why: string): Complaint {
  return target.kind === "local"
    ? {
        what: `the local engine does not answer at ${target.endpointOf("SFN")}`,
        why,
        remedy:
          "start it: npm start, or npx moonbase local up; to talk to AWS, use a terminal without .local/env",
        ending: "noAnswer",
      }
    : { what: "AWS does not answer", why, remedy: "look at the network, then try again", ending: "noAnswer" };
}

/** `stages`: those that were found instead. */
export function noStageComplaint(target: Target, stages: readonly string[]): Complaint {
  const deploy = target.kind === "local" ? "start the engine anew: npm start" : "npx moonbase deploy";
  if (stages.includes(target.stage)) {
    return {
      what: `stage "${target.stage}" does not know that workflow`,
      why: "it was deployed by an earlier Moonbase than this command",
      remedy: deploy,
      ending: "unknown",
    };
  }
  return {
    what: `there is no stage "${target.stage}" here`,
    why: stages.length > 0 ? `found: ${stages.join(", ")}` : "no other was found either",
    remedy: `name one with --stage, or "stage" in the configuration; or make it: ${deploy}`,
    ending: "unknown",
  };
}
