import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Empties dist but for .keep, which lets the Go side embed the folder before anything was built. */
const cleanDist = {
  name: "clean-dist",
  apply: "build" as const,
  async buildStart() {
    for (const old of ["assets", ".vite", "index.html", "console.html"]) {
      await rm(here(`dist/${old}`), { recursive: true, force: true });
    }
  },
};

export default defineConfig({
  plugins: [react(), cleanDist],
  build: {
    outDir: "dist",
    emptyOutDir: false,
    // Phones of 2021.
    target: ["chrome100", "safari15"],
    cssTarget: ["chrome100", "safari15"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Which chunk imports which, for scripts/size.mjs.
    manifest: true,
    rollupOptions: {
      input: { index: here("index.html"), console: here("console.html") },
      // React changes seldom: apart, a phone keeps it from one version to the next.
      output: { codeSplitting: { groups: [{ name: "react", test: /node_modules/ }] } },
    },
  },
  server: {
    // `npm run dev` beside a hostd: JAM_DEV_HOST=http://127.0.0.1:7420 npm run dev
    proxy: {
      "/api": process.env["JAM_DEV_HOST"] ?? "http://127.0.0.1:7420",
      "/ws": { target: process.env["JAM_DEV_HOST"] ?? "http://127.0.0.1:7420", ws: true },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
