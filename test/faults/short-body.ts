import { account, region } from "../../local/environment.ts";
import { otherUserData } from "../local/other-user-data.ts";
import { engine } from "../workflows/session.ts";

/** How a machine of these stories asks AWS, whatever it does. */
const beginning = String.raw`#!/usr/bin/env bash
set -euo pipefail
metadata=$AWS_EC2_METADATA_SERVICE_ENDPOINT/latest
token=$(curl -sfX PUT -H 'x-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/api/token")
id=$(curl -sf -H "x-aws-ec2-metadata-token: $token" "$metadata/meta-data/instance-id")
note=/${engine.stage}/machines/$id
ask() {
  curl -sf --user body:body --aws-sigv4 "aws:amz:us-east-1:$1" -H "x-amz-target: $2" \
    -H 'content-type: application/x-amz-json-1.1' -d "$3" "$4/"
}
read_note() { ask ssm AmazonSSM.GetParameter "{\"Name\":\"$1\",\"WithDecryption\":true}" "$AWS_ENDPOINT_URL_SSM"; }
token_of() { sed -E 's/.*taskToken[^:]*:[^A-Za-z0-9]*([A-Za-z0-9-]+).*/\1/' <<<"$1"; }
say() { ask states AWSStepFunctions.SendTaskSuccess "{\"taskToken\":\"$1\",\"output\":\"$2\"}" "$AWS_ENDPOINT_URL"; }
`;

/**
 * Where a case is about functions, a machine only has to answer: this one reads its note and says ready, over and over
 * until it is heard; in a session whose name begins with "silent" it reads it and says nothing. The engine takes a token that was failed
 * until its state is entered again (AWS says that it is closed), so an answer that was taken may still not be heard:
 * the body looks for another token for a while. The shipped scripts take their time, and have tests of their own.
 */
const ready = String.raw`
output='{\"hostKey\":\"ssh-ed25519 AAAA\",\"phases\":[]}'
answered= unasked=0
for ((attempt = 0; attempt < 200; attempt++)); do
  sleep 0.3
  found=$(read_note "$note") || continue
  if [[ $found == *silent-* ]]; then exit 0; fi
  task=$(token_of "$found")
  if [[ $task == "$answered" ]]; then
    if ((++unasked > 10)); then break; fi
    continue
  fi
  if say "$task" "$output"; then answered=$task; fi
done
`;

/**
 * Saves when it is asked to, which the notes beside the first one say: one object, and an answer that names it. In a
 * session whose name begins with "unsaved" the first answer is that it failed.
 */
const savingAs = (blueprint: string) => String.raw`
fails=no
if [[ $found == *unsaved-* ]]; then fails=yes; fi
answered=
for ((attempt = 0; attempt < 400; attempt++)); do
  sleep 0.3
  for asks in save backup; do
    found=$(read_note "$note/$asks") || continue
    task=$(token_of "$found")
    if [[ $answered == *"|$task|"* ]]; then continue; fi
    order=$(grep -oE 'save (interruption|(end|now)-[A-Za-z0-9:.-]+)' <<<"$found" | head -n 1)
    said='\"outcome\":\"failed\"'
    if [[ $fails == no ]]; then
      snapshot=$id-$asks-$attempt
      curl -sf --user body:body --aws-sigv4 aws:amz:us-east-1:s3 -X PUT -d saved \
        "$AWS_ENDPOINT_URL/${engine.stage}-backup-${account}-${region}/${blueprint}/snapshots/$snapshot" || continue
      said="\\\"outcome\\\":\\\"saved\\\",\\\"id\\\":\\\"$snapshot\\\""
    fi
    if say "$task" "{$said,\\\"order\\\":\\\"$order\\\",\\\"message\\\":\\\"all of it\\\",\\\"seconds\\\":0}"; then
      answered+="|$task|" fails=no
    fi
  done
done
`;

/** Puts short machines in the place of the shipped ones, for as long as it is not disposed of. */
export async function shortBodies(): Promise<AsyncDisposable> {
  const { clients, stage } = engine;
  const changed = [
    await otherUserData(clients, stage, () => beginning + ready),
    await otherUserData(clients, stage, () => beginning + ready + savingAs("devbox"), "devbox"),
    await otherUserData(clients, stage, () => beginning + ready + savingAs("stand-in"), "stand-in"),
  ];
  return {
    [Symbol.asyncDispose]: async () => {
      for (const each of changed) await each[Symbol.asyncDispose]();
    },
  };
}
