// @vitest-environment node
import { describe, expect, it } from "vitest";
import { kinds, madeTags } from "./fibers.ts";
import { reduced } from "./reduce.ts";
import { cutBranches } from "./branches.ts";
import { edited, parse } from "./tree.ts";

/** Without what differs by line breaks and the like only. */
const tidy = (code: string) => code.replace(/\s+/g, " ").trim();
const cut = (code: string) => tidy(reduced(code));

describe("what nothing reaches", () => {
  it("goes, with what only it calls", () => {
    expect(cut("function a() { b(); } function b() { a(); } function c() {} exports.c = c;")).toBe("function c() {} exports.c = c;");
  });
  it("goes where it is only written to, but not what is written", () => {
    expect(cut("var seen = null; function a() { seen = b(); } function b() { return Math.random(); } exports.a = a;"))
      .toBe("function a() { (b()); } function b() { return Math.random(); } exports.a = a;");
  });
  it("goes among others that stay", () => {
    expect(cut("var a = 1, b = function () { a = 2; }, c = 3, d = b; var e = null, f = null; exports.d = function () { d(); e = f = c++; };"))
      .toBe("var b = function () { (2); }, c = 3, d = b; exports.d = function () { d(); ((c++)); };");
  });
  it("stays where making it does something", () => {
    expect(cut("var a = start();")).toBe("var a = start();");
  });
});

describe("a variable with one value", () => {
  it("is that value", () => {
    expect(cut("var on = !1; exports.a = function () { on = !1; return on; };")).toBe("exports.a = function () { (!1); return (!1); };");
  });
  it("is none when another is written", () => {
    for (const write of ["on = !0", "on++", "on = read()", "for (on in all);"]) {
      const code = `var on = !1; exports.a = function () { ${write}; return on; };`;
      expect(cut(code)).toBe(code);
    }
    expect(cut("var n = 1; exports.a = function () { n += 1; return n; };")).toContain("return n;");
  });
  it("is not the one of a function's own with the same name", () => {
    expect(cut("var on = !1; exports.a = function (on) { return on; }; exports.b = function () { try { a(); } catch (on) { return on; } return on; };"))
      .toBe("exports.a = function (on) { return on; }; exports.b = function () { try { a(); } catch (on) { return on; } return (!1); };");
  });
  it("may be a parameter, when all callers agree", () => {
    expect(cut("function a(x, deep) { return deep ? b(x) : x; } exports.a = function (x) { return a(x, !1) + a(2, !1); };"))
      .toContain("function a(x, deep) { return (x); }");
    for (const call of ["a(x, !0)", "a(...x)", "a.apply(null, x)", "new a(x, !0)"]) {
      expect(cut(`function a(x, deep) { return deep ? b(x) : x; } exports.a = function (x) { return a(x, !1) + ${call}; };`)).toContain("deep ? b(x) : x");
    }
    expect(cut("function a(x, deep) { deep = !deep; return deep; } exports.a = function (x) { return a(x, !1); };")).toContain("return deep;");
    expect(cut("function a(x, deep) { return deep ? arguments : 1; } exports.a = function (x) { return a(x, !1); };")).toContain("deep ? arguments : 1");
  });
});

describe("a branch that is never taken", () => {
  it("goes, and leaves the variables that it declares", () => {
    expect(cut("var off = !1; exports.a = function () { if (off) { var x = 1; } else x = 2; return x; };"))
      .toBe("exports.a = function () { {x = 2;} return x; var x; };");
  });
  it("goes from conditions", () => {
    expect(cut("var off = !1; exports.a = function (b) { b && off && c(); return off ? 1 : b || off ? 2 : 3; };"))
      .toBe("exports.a = function (b) { (!1); return ((b) ? 2 : 3); };");
  });
  it("stays where its condition does something", () => {
    expect(cut("var off = !1; exports.a = function (b) { if (b() && off) c(); };")).toContain("if (b() && (!1)) c();");
  });
  it("makes no method of a function", () => {
    expect(cut("var off = !1; exports.a = function (b) { return (off ? c : b.d)(1); };")).toContain("((0, b.d))(1)");
  });
});

describe("a case that never comes", () => {
  const cases = (body: string, made: number[]) => {
    const code = `function a(fiber) { switch (fiber.tag) { ${body} } }`;
    const program = parse(code);
    return tidy(edited(code, cutBranches(code, program, kinds(new Set(made)))));
  };
  it("goes with what only it does", () => {
    expect(cases("case 1: b(); break; case 2: c();", [2])).toBe("function a(fiber) { switch (fiber.tag) { case 2: c(); } }");
  });
  it("leaves what the case before it runs on into", () => {
    expect(cases("case 1: b(); case 2: c(); break; case 3: d();", [1, 3])).toBe("function a(fiber) { switch (fiber.tag) { case 1: b(); c(); break; case 3: d(); } }");
    expect(cases("case 1: case 2: c(); break; case 3: d();", [1])).toBe("function a(fiber) { switch (fiber.tag) { case 1: c(); break; } }");
    expect(cases("case 1: if (x) break; case 2: c();", [1])).toBe("function a(fiber) { switch (fiber.tag) { case 1: if (x) break; c(); } }");
  });
  it("leaves its variables to the others", () => {
    expect(cases("case 1: var x = 1; break; case 2: x = 2;", [2])).toBe("function a(fiber) { switch (fiber.tag) { case 2: x = 2; } var x; }");
  });
});

describe("the kinds of fibers", () => {
  it("are those that the code makes", () => {
    const made = madeTags(parse("var fiberTag = 0; fiberTag = a ? 26 : 5; createFiberImplClass(fiberTag); createFiberImplClass(7); b.tag = 15; createFiberImplClass(current.tag); update.tag = 2; this.tag = 1;"));
    expect([...made].sort((a, b) => a - b)).toEqual([0, 5, 7, 15, 26]);
  });
  it("are all known, or it is an error", () => {
    expect(() => madeTags(parse("createFiberImplClass(tagOf(a));"))).toThrow(/unknown kind/);
    expect(() => madeTags(parse("createFiber(5);"))).toThrow(/no fibers/);
  });
});
