import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { crashed } from "./crashed";
import { isComposing } from "./composing";

afterEach(() => vi.restoreAllMocks());

it("says so and offers to reload where a page broke while it was drawn", async () => {
  vi.spyOn(console, "error").mockReturnValue(undefined);
  const app = document.body.appendChild(document.createElement("div"));
  const Broken = () => {
    throw new RangeError("no such language");
  };
  const root = createRoot(app, { onUncaughtError: crashed(app, { title: "Please reload the page", reload: "Reload" }, false) });
  // Not in act(), which would take the error itself.
  root.render(<Broken />);
  await vi.waitFor(() => expect(app.textContent).toBe("Please reload the pageReload"));
  expect(document.activeElement?.textContent).toBe("Reload");
  expect(console.error).toHaveBeenCalled();
  app.remove();
});

it("leaves the keys of a composition to the keyboard, Safari's last Enter too", () => {
  expect([{ isComposing: true, keyCode: 13 }, { isComposing: false, keyCode: 229 }, { isComposing: false, keyCode: 13 }]
    .map((init) => isComposing(new KeyboardEvent("keydown", init)))).toEqual([true, true, false]);
});
