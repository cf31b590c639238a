// React comes as CommonJS, from which a bundler cannot leave out what nobody imports. Its production files set each
// export in one statement at the start of a line: those that no source of ours imports become plain variables,
// which the minifier then drops together with all that only they use (hydrateRoot, Children, cache, preload and more).
// What such an export would call in the renderer goes through tables there: their entries go, too.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const productionFile = /node_modules[\\/](react|react-dom)[\\/]cjs[\\/][\w-]+\.production\.js$/;
/** What React's own packages take from each other: the state they share, their version (it must agree), the JSX calls. */
const amongThemselves = /^(__\w+_INTERNALS_\w+|version|Fragment|jsxs?)$/;
const exported = /^exports\.(\w+) =/gm;
/** A hook in react-dom's tables, of which there is one for each stage of a component's life. */
const hook = /^( +)(use\w*): (?:\w+,?|function \([^]*?\n\1\},?)\n|^\w+Dispatcher\w*\.(use\w+) = \w+;\n/gm;
/** What preload and its kin call: preinit, for example, preinitStyle and preinitScript. */
const hint = /^ +\w: (prefetchDNS|preconnect|preload|preloadModule|preinit|preinitModule|requestFormReset)(?:Style|Script)?,?\n/gm;
const anyImport = /from "react(-dom)?(\/[\w-]+)?"/g;
const namedImport = /import (?:type )?\{([^}]*)\} from "react(?:-dom)?(?:\/[\w-]+)?"/g;

/** Every name that the sources in a folder import from React. */
function importedIn(folder: string): Set<string> {
  const imported = new Set<string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name))) {
    const text = readFileSync(join(folder, file), "utf8");
    const named = [...text.matchAll(namedImport)];
    // `import * as React` or a default import could reach any name.
    if (named.length !== [...text.matchAll(anyImport)].length) throw new Error(`${file}: import from React by name, or its parts in use are unknown`);
    for (const name of named.flatMap(([, names = ""]) => names.split(","))) imported.add(name.trim().split(" as ")[0] ?? "");
  }
  return imported;
}

/** A plugin of the build. `folder` holds the sources. */
export function unusedReact(folder: string) {
  let imported = new Set<string>();
  return {
    name: "unused-react",
    apply: "build" as const,
    buildStart() {
      imported = importedIn(folder);
    },
    transform: {
      filter: { id: productionFile },
      handler: (code: string) =>
        code
          .replace(exported, (all, name: string) => (imported.has(name) || amongThemselves.test(name) ? all : `var unused_${name} =`))
          .replace(hook, (all, _indent, name: string | undefined, late: string) => (imported.has(name ?? late) ? all : ""))
          .replace(hint, (all, name: string) => (imported.has(name) ? all : "")),
    },
  };
}
