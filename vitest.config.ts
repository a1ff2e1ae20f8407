import { defineConfig } from "vitest/config";

/** Two cores: the engine's tests want one for the engine. */
export default defineConfig({
  test: {
    setupFiles: ["test/setup.ts"],
    projects: [
      // A busy machine is slow, and that is no failure.
      { extends: true, test: { name: "unit", include: ["test/unit/**/*.test.ts"], testTimeout: 60_000 } },
      {
        extends: true,
        test: {
          name: "infra",
          include: ["test/infra/**/*.test.ts"],
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "engine",
          include: ["test/{local,workflows,conformance,cli}/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          globalSetup: ["test/local/global-setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "bodies",
          include: ["test/bodies/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // A story mostly waits, but a machine that boots does not.
          maxConcurrency: 6,
          globalSetup: ["test/bodies/global-setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "restic",
          include: ["test/restic/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "faults",
          include: ["test/faults/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // A case on a bad day mostly waits.
          maxConcurrency: 12,
          globalSetup: ["test/faults/global-setup.ts"],
        },
      },
    ],
  },
});
