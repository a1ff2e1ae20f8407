// Loaded into every function's process while the proxy is on: the SDK then says in its user agent which function and
// which process is calling. The function's own code and environment stay as they are.
const name = process.env.AWS_LAMBDA_FUNCTION_NAME;
if (name) process.env.AWS_SDK_UA_APP_ID = `${name}-${process.pid}`;
