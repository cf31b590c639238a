import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { unusedReact } from "./scripts/unusedReact";

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

export default defineConfig(({ command }) => ({
  // React's calls to its developer tools, left out of what is built; `npm run dev` keeps them.
  ...(command === "build" ? { define: { __REACT_DEVTOOLS_GLOBAL_HOOK__: "undefined" } } : {}),
  plugins: [react(), unusedReact(here("src")), cleanDist],
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
      output: {
        codeSplitting: {
          // Few chunks: each is compressed alone and repeats what the others say. The guest's pages and the console share them all.
          groups: [
            // React changes seldom: apart, a phone keeps it from one version to the next.
            { name: "react", test: /node_modules/ },
            // What a guest's first page needs. Groups bring what they import, so nothing here may import the next group's.
            { name: "core", test: /src[\\/](session|link|sentences[\\/]en[\\/]jam|ui[\\/](Button|TextField|icons|base|controls)|jam[\\/](Drawing|lifecycle|context))/ },
            // What shows only in a jam.
            { name: "playing", test: /src[\\/](jam|ui)[\\/]/ },
          ],
        },
      },
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
}));
