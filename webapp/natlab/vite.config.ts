import { defineConfig } from "vite";

// Makes programs for Node of the lab, since two of them run alone inside a namespace.
export default defineConfig({
  logLevel: "warn",
  publicDir: false,
  build: {
    ssr: true,
    target: "node20",
    outDir: "node_modules/.natlab",
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: { lab: "natlab/lab.ts", probe: "natlab/probe.ts", witness: "natlab/witness.ts" },
      output: { entryFileNames: "[name].mjs" },
    },
  },
});
