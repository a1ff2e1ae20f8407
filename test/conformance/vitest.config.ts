import { defineConfig } from "vitest/config";

/** The suite alone, against whatever the environment names. In `npm test` it runs on the shared local engine. */
export default defineConfig({
  test: {
    include: ["test/conformance/**/*.test.ts"],
    globalSetup: ["test/conformance/global-setup.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
