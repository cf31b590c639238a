// @vitest-environment node
import { describe, expect, it } from "vitest";
import { answers, claims } from "./never.ts";
import { sourcesOf } from "./sources.ts";

const read = (text: string) => sourcesOf([{ name: "a.tsx", text }]);

describe("the sources", () => {
  it("tell what they take and give", () => {
    const { imported, said, tags, elements, attributes } = read(`
      import { useState as state, type ReactNode } from "react";
      import type { Component } from "react";
      // Suspense, onTouchStart
      const kind = "style";
      export const a = <form className="title" onSubmit={() => state(0)}><b style={{ color: "red" }} /></form>;`);
    expect([...imported]).toEqual(["useState"]);
    expect([...tags]).toEqual(["form", "b"]);
    expect([...attributes]).toEqual(["className", "onSubmit", "style"]);
    for (const one of ["onSubmit", "color", "red", "form"]) expect(said.has(one)).toBe(true);
    for (const one of ["onTouchStart", "Suspense"]) expect(said.has(one)).toBe(false);
    // A string may be an element's name, a class is none.
    expect(elements.has("style")).toBe(true);
    expect(elements.has("title")).toBe(false);
  });
  it("may not hide it", () => {
    for (const text of [
      'import React from "react";', 'import * as React from "react";', 'export { Suspense } from "react";', 'export * from "react-dom";', 'const a = import("react");', "const a = import(b);",
      'const a = "on" + b;', "const a = `on${b}`;",
    ]) expect(() => read(text), text).toThrow(/in use are unknown/);
    expect(() => read('const a = `${b} is on`, c = b === "on";')).not.toThrow();
  });
});

describe("a claim", () => {
  const holds = (gone: string, text: string) => claims.find((claim) => claim.gone.includes(gone))?.holds(read(text));
  it.each([
    ["updateSuspenseComponent", 'import { Suspense } from "react";'],
    ["updateSuspenseListComponent", 'import { unstable_SuspenseList as List } from "react";'],
    ["updateActivityComponent", 'import { Activity } from "react";'],
    ["REACT_PROFILER_TYPE", 'import { Profiler } from "react";'],
    ["resolveLazy", 'import { lazy } from "react";'],
    ["updateForwardRef", 'import { forwardRef } from "react";'],
    ["updateMemoComponent", 'import { memo } from "react";'],
    ["createFiberFromPortal", 'import { createPortal } from "react-dom";'],
    ["REACT_CONSUMER_TYPE", 'import { createContext } from "react"; const A = createContext(0); <A.Consumer>{String}</A.Consumer>;'],
    ["updateClassComponent", 'import { Component } from "react"; class A extends Component {}'],
    ["updateClassComponent", 'import { PureComponent } from "react";'],
    ["popHydrationState", 'import { hydrateRoot } from "react-dom/client";'],
    ["startTransition", 'import { useTransition } from "react";'],
    ["startTransition", "<form action={send} />;"],
    ["startHostTransition", "<form {...props} />;"],
    ["startHostTransition", "<button formAction={send} />;"],
    ["constructSelectEvent", "<input onSelect={a} />;"],
    ["constructSelectEvent", "const props = { onSelectCapture: a };"],
    ["getResource", "<title>Jam</title>;"],
    ["getResource", 'const Kind = "link"; <Kind />;'],
    ["resolveSingletonInstance", "<body />;"],
    ["setPropOnCustomElement", "<my-part />;"],
  ])("that %s is of no use falls with %s", (gone, text) => {
    expect(holds(gone, 'import { useState } from "react"; <b onClick={a} />;')).toBe(true);
    expect(holds(gone, text)).toBe(false);
  });
  it("answers nothing about names that every object has", () => {
    const facts = answers(claims);
    for (const name of ["hasOwnProperty", "constructor", "toString"]) {
      const named = { type: "Identifier", name, start: 0, end: 0 };
      for (const node of [named, { type: "MemberExpression", computed: false, object: named, property: named }, { type: "CallExpression", callee: named, arguments: [] }]) {
        expect(facts(node as unknown as Parameters<typeof facts>[0])).toBeUndefined();
      }
    }
  });
});
