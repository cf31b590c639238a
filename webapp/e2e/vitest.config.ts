import { defineConfig } from "vitest/config";

// The scenes: real hostd, real mpv, real Chromium, one after the other, since each is a small evening of its own.
export default defineConfig({
  test: {
    include: ["e2e/**/*.scene.ts"],
    fileParallelism: false,
    // Of those that may run beside each other: as many as a small machine has cores.
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Long enough for a busy machine; what must be quick is measured.
    expect: { poll: { timeout: 15_000 } },
  },
});
