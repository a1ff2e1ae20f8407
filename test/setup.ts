/**
 * Before any test: an AWS client that names no endpoint of its own can only reach a closed port on loopback, and
 * finds no credentials but these. `test/local/real-aws-is-out-of-reach.test.ts` proves it.
 */
Object.assign(process.env, {
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  POWERTOOLS_LOG_LEVEL: "SILENT",
  POWERTOOLS_METRICS_DISABLED: "true",
});
for (const name of [
  "AWS_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
]) {
  delete process.env[name];
}
