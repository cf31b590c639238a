// React comes as CommonJS, from which a bundler cannot leave out what nobody imports. Its production files set each
// export in one statement at the start of a line: those that no source of ours imports become plain variables, which
// fall away together with all that only they use (hydrateRoot, Children, cache, preload and more). What such an export
// would call in the renderer goes through tables there: their entries go, too. The rest is done by react/reduce.ts.
// Only the build does this: `npm run dev` and the tests of the components have the whole React.
import { reduced, reducedRenderer } from "./react/reduce.ts";
import { readSources, type Sources } from "./react/sources.ts";

/** Whose text was looked at. With another one: look at what changed, play the scenes, and only then write it here. */
const knownVersion = "19.2.9";
const productionFile = /node_modules[\\/](react|react-dom)[\\/]cjs[\\/][\w-]+\.production\.js$/;
const renderer = /react-dom-client\.production\.js$/;
/** What React's own packages take from each other: the state they share, their version (it must agree), the JSX calls. */
const amongThemselves = /^(__\w+_INTERNALS_\w+|version|Fragment|jsxs?)$/;
const exported = /^exports\.(\w+) =/gm;
/** A hook in react-dom's tables, of which there is one for each stage of a component's life. */
const hook = /^( +)(use\w*): (?:\w+,?|function \([^]*?\n\1\},?)\n|^\w+Dispatcher\w*\.(use\w+) = \w+;\n/gm;
/** What preload and its kin call: preinit, for example, preinitStyle and preinitScript. */
const hint = /^ +\w: (prefetchDNS|preconnect|preload|preloadModule|preinit|preinitModule|requestFormReset)(?:Style|Script)?,?\n/gm;

/** One of React's production files without what the sources do not use. */
export function withoutUnused(code: string, file: string, sources: Sources): string {
  const version = /^exports\.version = "([^"]*)";$/m.exec(code)?.[1] ?? knownVersion;
  if (version !== knownVersion) throw new Error(`React ${version} is not the ${knownVersion} that scripts/unusedReact.ts knows`);
  const { imported } = sources;
  const used = code
    .replace(exported, (all, name: string) => (imported.has(name) || amongThemselves.test(name) ? all : `var unused_${name} =`))
    .replace(hook, (all, _indent, name: string | undefined, late: string) => (imported.has(name ?? late) ? all : ""))
    .replace(hint, (all, name: string) => (imported.has(name) ? all : ""));
  return renderer.test(file) ? reducedRenderer(used, sources) : reduced(used);
}

/** A plugin of the build. `folder` holds the sources. */
export function unusedReact(folder: string) {
  let sources: Sources | null = null;
  return {
    name: "unused-react",
    apply: "build" as const,
    buildStart() {
      sources = readSources(folder);
    },
    transform: {
      filter: { id: productionFile },
      handler: (code: string, id: string) => withoutUnused(code, id, (sources ??= readSources(folder))),
    },
  };
}
