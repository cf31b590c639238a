import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type * as Dom from "react-dom";
import type * as Client from "react-dom/client";
import type * as React from "react";
import { claims } from "./react/never.ts";
import { sourcesOf } from "./react/sources.ts";
import { withoutUnused } from "./unusedReact.ts";

const files: Record<string, string> = {
  react: "react/cjs/react", "react-dom": "react-dom/cjs/react-dom", "react-dom/client": "react-dom/cjs/react-dom-client",
  scheduler: "scheduler/cjs/scheduler", "react/jsx-runtime": "react/cjs/react-jsx-runtime",
};
const textOf = (name: string) => readFileSync(join("node_modules", `${files[name] ?? name}.production.js`), "utf8");
const rendererFile = "react-dom-client.production.js";

/** The files without what is not used, each made once. */
const cut = new Map<string, string>();
function cutText(name: string): string {
  const text = cut.get(name) ?? withoutUnused(textOf(name), `${files[name] ?? ""}.production.js`, sources);
  cut.set(name, text);
  return text;
}

interface Loaded {
  react: typeof React;
  dom: typeof Dom;
  client: typeof Client;
  jsx: (type: unknown, props: object, key?: string) => React.ReactElement;
}

/** React as it is in production: whole, or what the build leaves of it. */
function load(whole: boolean): Loaded {
  const loaded = new Map<string, unknown>();
  const require = (name: string): unknown => {
    if (loaded.has(name)) return loaded.get(name);
    const exports = {};
    loaded.set(name, exports);
    new Function("require", "exports", whole || name === "scheduler" ? textOf(name) : cutText(name))(require, exports);
    return exports;
  };
  return { react: require("react") as typeof React, dom: require("react-dom") as typeof Dom, client: require("react-dom/client") as typeof Client, jsx: (require("react/jsx-runtime") as { jsx: Loaded["jsx"] }).jsx };
}

/** What the part below uses, as the build reads it from sources. */
const sources = sourcesOf([{ name: "part.tsx", text: `
  import { StrictMode, createContext, memo, useCallback, useContext, useEffect, useId, useMemo, useReducer, useRef, useState, useSyncExternalStore } from "react";
  import { createPortal } from "react-dom";
  import { createRoot } from "react-dom/client";
  <section className="" id="" role="" tabIndex={0} data-testid="" style={{ opacity: 1, "--x": 1 }} onClick={a} onKeyDown={a} onFocus={a} onBlur={a} onScroll={a} onPointerUp={a} onSubmit={a} onToggle={a} onChange={a} onError={a}>
    <form><input type="checkbox radio text" value="" checked disabled name="" /><select multiple><option value="" /></select><textarea /><button disabled type="button" autoFocus /></form>
    <ul><li key="" ref={a} /></ul><svg viewBox=""><path strokeWidth={2} d="" /></svg><img src="" alt="" /><details open /><a href="" /><label htmlFor="" /><i aria-hidden /></section>` }]);

/** A part of a page that uses all that our pages use, and what happens in it. */
function part({ react, dom, client, jsx }: Loaded, log: string[]) {
  const { createContext, memo, useCallback, useContext, useEffect, useId, useMemo, useReducer, useRef, useState, useSyncExternalStore, StrictMode } = react;
  const Words = createContext("none");
  let stored = 0;
  const heard = new Set<() => void>();
  const store = { subscribe: (one: () => void) => (heard.add(one), () => void heard.delete(one)), read: () => stored };
  const note = (name: string) => (event: { type: string; target: EventTarget; currentTarget: EventTarget }) =>
    void log.push(`${name} ${event.type} ${(event.target as Element).id} at ${(event.currentTarget as Element).id || "window"}`);

  const Row = memo(function Row({ name }: { name: string }) {
    log.push(`row ${name}`);
    const words = useContext(Words);
    useEffect(() => (log.push(`in ${name}`), () => void log.push(`out ${name}`)), [name]);
    return jsx("li", { id: name, children: [name, " ", words] });
  });
  function Fields() {
    const [text, setText] = useState("a");
    const [on, setOn] = useState(false);
    const [choice, setChoice] = useState("y");
    const id = useId();
    return jsx("form", { id: "form", onSubmit: (event: React.FormEvent) => (event.preventDefault(), note("submit")(event)), children: [
      jsx("label", { htmlFor: id, children: text }, "label"),
      jsx("input", { id, "data-testid": "text", value: text, onChange: (event: React.ChangeEvent<HTMLInputElement>) => setText(event.target.value.toUpperCase()) }, "text"),
      jsx("input", { id: "fixed", value: "stays", readOnly: false, onChange: note("fixed") }, "fixed"),
      jsx("input", { id: "on", type: "checkbox", checked: on, onChange: () => setOn(!on) }, "on"),
      jsx("select", { id: "choice", value: choice, onChange: (event: React.ChangeEvent<HTMLSelectElement>) => setChoice(event.target.value), children: ["x", "y", "z"].map((one) => jsx("option", { value: one, children: one }, one)) }, "choice"),
      jsx("textarea", { id: "long", value: text + choice, onChange: (event: React.ChangeEvent<HTMLTextAreaElement>) => setText(event.target.value) }, "long"),
      jsx("b", { children: `${text} ${on} ${choice}` }, "told"),
    ] });
  }
  function Part() {
    const [names, change] = useReducer((_: string[], to: string[]) => to, ["one", "two", "three"]);
    const [words, say] = useState("now");
    const [fails, fail] = useState(false);
    const box = useRef<HTMLElement>(null);
    const number = useSyncExternalStore(store.subscribe, store.read);
    const click = useCallback((event: React.MouseEvent) => note("section")(event), []);
    const sum = useMemo(() => names.join("+"), [names]);
    useEffect(() => void log.push(`ref ${box.current?.id}`), []);
    if (fails) throw new Error("fell over");
    return jsx(Words, { value: words, children: jsx("section", {
      id: "box", ref: box, className: `a${number}`, role: "group", tabIndex: -1, style: { opacity: number, "--x": sum }, onClick: click, onClickCapture: note("capture"), onKeyDown: note("keys"), onFocus: note("focus"), onBlur: note("blur"),
      onPointerUp: note("pointer"), onScroll: note("scroll"),
      children: [
        jsx("button", { id: "turn", onClick: () => change([...names].reverse()), children: sum }, "turn"),
        jsx("button", { id: "fewer", disabled: names.length < 2, onClick: (event: React.MouseEvent) => (event.stopPropagation(), change(names.slice(1))), children: "-" }, "fewer"),
        jsx("button", { id: "say", onClick: () => say("later"), children: "say" }, "say"),
        jsx("button", { id: "fail", onClick: () => fail(true), children: "fail" }, "fail"),
        jsx("ul", { children: names.map((name) => jsx(Row, { name }, name)) }, "rows"),
        jsx(Fields, {}, "fields"),
        jsx("svg", { viewBox: "0 0 1 1", children: jsx("path", { d: "M0 0", strokeWidth: 2 }) }, "svg"),
        jsx("details", { id: "more", onToggle: note("toggle"), children: "more" }, "details"),
        jsx("img", { id: "img", src: "data:,", alt: "", onError: note("error") }, "img"),
        jsx("a", { href: "javascript:alert(1)", children: ["a", 1, null, false, 2n] }, "a"),
        names.length < 3 && dom.createPortal(jsx("p", { id: "portal", onClick: note("portal"), children: words }), document.body),
      ],
    }) });
  }
  document.body.innerHTML = '<div id="app"></div>';
  const root = client.createRoot(document.getElementById("app") as HTMLElement, { onUncaughtError: (error) => void log.push(String(error)) });
  root.render(jsx(StrictMode, { children: jsx(Part, {}) }));
  return { root, tell: (value: number) => ((stored = value), heard.forEach((one) => one())) };
}

const at = (id: string) => document.getElementById(id) as HTMLElement;
/** What React left of the page, without the id that differs from one root to the next. */
const page = () => document.body.innerHTML.replace(/_r_\w+_/g, "ID");

/** Plays with a part, and tells all that happened. */
async function play(loaded: Loaded): Promise<string[]> {
  const log: string[] = [];
  const { root, tell } = part(loaded, log);
  const settle = () => new Promise<void>((done) => setImmediate(done));
  const step = async (name: string, act: () => void) => {
    log.push(`-- ${name}`);
    act();
    // Work for events is done in a microtask, all else in tasks that follow one another.
    for (let before = "", quiet = 0; quiet < 20; quiet = before === page() + log.length ? quiet + 1 : 0) {
      before = page() + log.length;
      await settle();
    }
    log.push(page());
  };
  const type = (field: HTMLInputElement | HTMLTextAreaElement, value: string) => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  await vi.waitFor(() => expect(log).toContain("ref box"));
  await step("begins", () => undefined);
  await step("turns", () => at("turn").click());
  await step("has fewer", () => at("fewer").click());
  await step("clicks in the portal", () => at("portal").click());
  await step("says", () => at("say").click());
  await step("is told", () => tell(7));
  await step("types", () => type(document.querySelector("[data-testid=text]") as HTMLInputElement, "hello"));
  await step("types where nothing may change", () => type(at("fixed") as HTMLInputElement, "other"));
  log.push((at("fixed") as HTMLInputElement).value, (document.querySelector("[data-testid=text]") as HTMLInputElement).value);
  await step("ticks", () => at("on").click());
  await step("chooses", () => {
    (at("choice") as HTMLSelectElement).value = "z";
    at("choice").dispatchEvent(new Event("change", { bubbles: true }));
  });
  await step("writes", () => type(at("long") as HTMLTextAreaElement, "long"));
  log.push((at("long") as HTMLTextAreaElement).value, (at("choice") as HTMLSelectElement).value, String((at("on") as HTMLInputElement).checked));
  await step("submits", () => at("form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true })));
  await step("presses", () => at("turn").dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true })));
  await step("looks", () => (at("turn").focus(), at("say").focus(), at("say").blur()));
  for (const [id, event] of [["turn", "pointerup"], ["box", "scroll"], ["img", "error"], ["more", "toggle"]] as const) {
    await step(event, () => at(id).dispatchEvent(new Event(event, { bubbles: event === "pointerup" })));
  }
  await step("has one", () => at("fewer").click());
  await step("falls over", () => at("fail").click());
  await step("ends", () => root.unmount());
  return log;
}

describe("React without what is not used", () => {
  let whole: string[] = [];
  beforeAll(async () => {
    whole = await play(load(true));
  });
  afterEach(() => void (document.body.innerHTML = ""));

  it("does all the same", async () => {
    expect(whole.length).toBeGreaterThan(60);
    expect(whole).toContain("submit submit form at form");
    expect(whole).toContain("Error: fell over");
    expect(await play(load(false))).toEqual(whole);
  }, 60_000);

  it("is less than two thirds of it", () => {
    expect(cutText("react-dom/client").length).toBeLessThan((textOf("react-dom/client").length * 2) / 3);
  }, 60_000);

  it("holds all that sources may ask for, when they do", () => {
    const words = (name: string) => textOf(name).match(/[\w$-]+/g) ?? [];
    const everything = { imported: new Set([...words("react"), ...words("react-dom"), ...words("react-dom/client")]), said: new Set(words("react-dom/client")), tags: new Set(["my-part"]), elements: new Set(words("react-dom/client")), attributes: new Set(["action"]) };
    const text = withoutUnused(textOf("react-dom/client"), rendererFile, everything);
    for (const name of claims.flatMap(({ gone }) => gone)) expect(text.includes(name), name).toBe(true);
  }, 60_000);
});

describe("a React that is not the one we know", () => {
  const text = textOf("react-dom/client");
  it("of another version is an error", () => {
    expect(() => withoutUnused(text.replace(/^exports\.version = ".*";$/m, 'exports.version = "19.3.0";'), rendererFile, sources)).toThrow(/React 19\.3\.0 is not/);
  });
  it.each([
    ["shouldConstruct", /no shouldConstruct any more/],
    ["REACT_SUSPENSE_TYPE", /no REACT_SUSPENSE_TYPE any more/],
    ["simpleEventPluginEvents", /list of plain events/],
    ["extractEvents$1", /no extractEvents\$1 any more/],
    ["dispatchEventForPluginEventSystem", /no dispatchEventForPluginEventSystem any more/],
    ["unitlessNumbers", /table unitlessNumbers/],
    ["createFiberImplClass", /no createFiberImplClass any more/],
    ["setInitialProperties", /no setInitialProperties any more/],
  ])("without %s is an error", (name, error) => {
    expect(() => withoutUnused(text.replaceAll(name, `${name}2`), rendererFile, sources)).toThrow(error);
  });
});
