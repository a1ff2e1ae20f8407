import { defineConfig } from "vitest/config";

/** The decisions' own tests and no others: the mutation tester runs every project that it finds. */
export default defineConfig({
  test: { setupFiles: ["test/setup.ts"], include: ["test/unit/**/*.test.ts"] },
});
