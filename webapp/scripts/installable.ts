// What makes the guests' page an app that can be installed: a manifest in the page's language and the pictures of icons/,
// each with its hash in its name, so that they are served and cached like every other file. No service worker: neither
// Chromium (since 108 on Android, 112 elsewhere) nor Safari asks for one, and without a host there is no jam to show.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { install as de } from "../src/sentences/de/install.ts";
import { install as en } from "../src/sentences/en/install.ts";
import { install as ja } from "../src/sentences/ja/install.ts";

const names: Record<string, { name: string; short_name: string; description: string }> = { en, de, ja };

interface File {
  fileName: string;
  source: Buffer;
}

function hashed(name: string, ending: string, source: Buffer): File {
  return { fileName: `assets/${name}-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.${ending}`, source };
}

const picture = (name: string) => hashed(name, "png", readFileSync(fileURLToPath(new URL(`../icons/${name}.png`, import.meta.url))));

/** @param drawing the icon's own file, for systems that take drawings. */
function manifestOf(language: string, drawing: File, icons: Record<"small" | "large" | "maskable", File>): File {
  const png = (file: File, size: number, purpose?: string) => ({ src: `/${file.fileName}`, sizes: `${size}x${size}`, type: "image/png", ...(purpose === undefined ? {} : { purpose }) });
  return hashed("app", "webmanifest", Buffer.from(JSON.stringify({
    id: "/", start_url: "/", scope: "/", display: "standalone", lang: language, dir: "ltr", ...names[language],
    background_color: "#110f1a", theme_color: "#110f1a",
    icons: [
      { src: `/${drawing.fileName}`, sizes: "any", type: "image/svg+xml" },
      png(icons.small, 192), png(icons.large, 512), png(icons.maskable, 512, "maskable"),
    ],
  })));
}

/** Adds manifest and icons to index.html. The console is no app of its own: it belongs to a machine, and its address holds a token. */
export function installable(language: string): Plugin {
  const icons = { small: picture("icon-192"), large: picture("icon-512"), maskable: picture("maskable-512") };
  const apple = picture("apple-180");
  const drawing = hashed("app", "svg", readFileSync(fileURLToPath(new URL("../src/ui/icon.svg", import.meta.url))));
  const manifest = manifestOf(language, drawing, icons);
  return {
    name: "installable",
    apply: "build",
    generateBundle() {
      for (const file of [manifest, drawing, apple, ...Object.values(icons)]) this.emitFile({ type: "asset", ...file });
    },
    transformIndexHtml: (_, { path }) => path !== "/index.html" ? [] : [
      { tag: "link", attrs: { rel: "manifest", href: `/${manifest.fileName}` }, injectTo: "head" },
      { tag: "link", attrs: { rel: "apple-touch-icon", href: `/${apple.fileName}` }, injectTo: "head" },
    ],
  };
}
