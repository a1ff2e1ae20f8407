import * as z from "zod";

/** What CloudFormation sends for a custom resource: what to do, and where it waits for the answer. */
export const request = z.object({
  RequestType: z.enum(["Create", "Update", "Delete"]),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.unknown(),
});
type Request = z.infer<typeof request>;

export interface Answer {
  Status: "SUCCESS" | "FAILED";
  Reason?: string;
  /** Another one than before would have CloudFormation delete the old resource; left out, it stays what it was. */
  PhysicalResourceId?: string;
}

/** Thrown, so that Lambda calls again: without an answer CloudFormation waits for an hour. */
export async function answer(asked: Request, said: Answer): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = RequestId } = asked;
  const body = JSON.stringify({
    PhysicalResourceId,
    ...said,
    ...{ StackId, RequestId, LogicalResourceId },
  });
  const reply = await fetch(asked.ResponseURL, {
    method: "PUT",
    // Bytes and not text: the address is signed for a request without a content type, and text would bring one.
    body: new TextEncoder().encode(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!reply.ok) throw new Error(`CloudFormation did not take the answer (${reply.status})`);
}
