import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { installable } from "./scripts/installable.ts";
import { languageOfThePage } from "./scripts/languageOfThePage.ts";
import { unusedReact } from "./scripts/unusedReact.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The language that is built, see scripts/build.mjs. The sources import the English sentences; another language takes their place. */
const language = process.env["JAM_LANGUAGE"] ?? "en";

export default defineConfig(({ command }) => ({
  // React's calls to its developer tools, left out of what is built; `npm run dev` keeps them.
  ...(command === "build" ? { define: { __REACT_DEVTOOLS_GLOBAL_HOOK__: "undefined" } } : {}),
  plugins: [react(), unusedReact(here("src")), installable(language), languageOfThePage(language)],
  resolve: {
    alias: language === "en" ? [] : [{ find: /^(?:\.{1,2}\/)+sentences\/en\//, replacement: here(`src/sentences/${language}/`) }],
  },
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
            { name: "core", test: /src[\\/](session|link|sentences[\\/]..[\\/](jam|told)|ui[\\/](Button|TextField|icons|base|controls)|jam[\\/](Drawing|lifecycle|context))/ },
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
    include: ["{src,scripts}/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
}));
