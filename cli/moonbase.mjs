#!/usr/bin/env node
// The command's door. Plain JavaScript, so that an old Node can read it and be told; everything else is TypeScript,
// which Node runs as it is since 22.18.
import module from "node:module";

if (process.features.typescript) {
  module.enableCompileCache();
  const { main } = await import("./main.ts");
  await main(process.argv.slice(2));
} else {
  process.stderr.write(
    `moonbase needs Node.js 22.18 or newer, and this is ${process.versions.node}. Run it as \`npx moonbase\` from the checkout after one \`npm start\`, which brings a Node of its own, or install a newer one.\n`,
  );
  process.exitCode = 1;
}
