import type { Operation } from "./call.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Buffer;
}

const request = "00000000-0000-4000-8000-000000000000";
const xml = { "content-type": "text/xml;charset=UTF-8" };

/** What a service calls it when it is asked too often, where that is not ThrottlingException. */
const throttlings: Record<string, { name: string; status: number }> = {
  ec2: { name: "RequestLimitExceeded", status: 503 },
  sns: { name: "Throttling", status: 400 },
  s3: { name: "SlowDown", status: 503 },
  scheduler: { name: "ThrottlingException", status: 429 },
  lambda: { name: "TooManyRequestsException", status: 429 },
};
export const throttlingOf = (service: string) =>
  throttlings[service] ?? { name: "ThrottlingException", status: 400 };

/** What a service calls it when the caller may not; asking again gives the same answer. */
export const denialOf = (service: string) =>
  service === "ec2"
    ? { name: "UnauthorizedOperation", status: 403 }
    : { name: service === "sns" ? "AuthorizationError" : "AccessDeniedException", status: 403 };

/** An error in the shape of the protocol that the caller speaks. */
export function refusal({ protocol, service }: Operation, name: string, status: number): Answer {
  const message = `injected by the fault proxy: ${name}`;
  const fields = { "x-amzn-requestid": request };
  switch (protocol) {
    case "ec2":
      return {
        status,
        headers: { ...fields, ...xml },
        body: Buffer.from(
          `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${name}</Code><Message>${message}</Message></Error></Errors><RequestID>${request}</RequestID></Response>`,
        ),
      };
    case "query":
      return {
        status,
        headers: { ...fields, ...xml },
        body: Buffer.from(
          `<ErrorResponse><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type><Code>${name}</Code><Message>${message}</Message></Error><RequestId>${request}</RequestId></ErrorResponse>`,
        ),
      };
    case "json":
      return {
        status,
        headers: { ...fields, "content-type": "application/x-amz-json-1.0" },
        body: Buffer.from(JSON.stringify({ __type: name, message })),
      };
    case "cbor":
      return {
        status,
        headers: { ...fields, "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor" },
        body: cborMap({ __type: name, message }),
      };
    case "rest":
      return service === "s3"
        ? {
            status,
            headers: { ...fields, "content-type": "application/xml" },
            body: Buffer.from(`<Error><Code>${name}</Code><Message>${message}</Message></Error>`),
          }
        : {
            status,
            headers: { ...fields, "content-type": "application/json", "x-amzn-errortype": name },
            body: Buffer.from(JSON.stringify({ message })),
          };
  }
}

/** RFC 8949, as much of it as an error needs: a map of at most 23 short texts. */
function cborMap(fields: Record<string, string>): Buffer {
  const entries = Object.entries(fields);
  const texts = entries.flat().map((each) => {
    const bytes = Buffer.from(each);
    return Buffer.concat([Buffer.from([0x78, bytes.length]), bytes]);
  });
  return Buffer.concat([Buffer.from([0xa0 + entries.length]), ...texts]);
}
