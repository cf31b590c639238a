import { useEffect, useRef, useState } from "react";
import { drawer } from "../session/seat";
import { isComposing } from "../ui/composing";

const lasting = drawer(() => localStorage);
const store = "jam.console.keys";

/** What a key does, as `KeyboardEvent.key` names it. */
export type Keys = Readonly<Record<string, (() => void) | undefined>>;

/** Where keys are text. A list is searched by letters. */
const typing = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]";
/** What Space presses by itself. */
const pressed = "button, a[href], summary, input, [role=button]";
/** Keys that are heard again while they are held down. */
const repeats = ["+", "-"];

/** The action of a key, if it is meant for the page: not typed, not with a modifier, not while a dialog asks something. */
export function actionOf(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "repeat" | "isComposing" | "defaultPrevented" | "target">, keys: Keys): (() => void) | undefined {
  const { target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return undefined;
  if (document.querySelector("[aria-modal=true]") !== null) return undefined;
  const key = event.key === "=" ? "+" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.repeat && !repeats.includes(key)) return undefined;
  if (target instanceof Element && (target.closest(typing) !== null || (key === " " && target.closest(pressed) !== null))) return undefined;
  return keys[key];
}

/** Whether single keys act, which the host can turn off (WCAG 2.1.4); remembered. */
export function useKeysOn(): [on: boolean, set: (on: boolean) => void] {
  const [on, setOn] = useState(() => lasting.get(store) !== "off");
  return [on, (next) => {
    if (next) lasting.remove(store);
    else lasting.set(store, "off");
    setOn(next);
  }];
}

/** Listens to the keys while `on`. Escape leaves a field in any case, so that the other keys act again. */
export function useKeys(keys: Keys, on: boolean): void {
  const latest = useRef(keys);
  useEffect(() => void (latest.current = keys));
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (isComposing(event)) return;
      if (event.key === "Escape" && !event.defaultPrevented && event.target instanceof HTMLElement && event.target.matches(typing) && document.querySelector("[aria-modal=true]") === null) {
        // The first empties a search, as browsers have it.
        if (!(event.target instanceof HTMLInputElement && event.target.type === "search" && event.target.value !== "")) event.target.blur();
        return;
      }
      const action = on ? actionOf(event, latest.current) : undefined;
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", heard);
    return () => removeEventListener("keydown", heard);
  }, [on]);
}

/** Moves the focus to the first thing of a part of the page that can have it, or else to the part; false where it is not there. */
export function goTo(part: string, first?: string): boolean {
  const place = document.querySelector<HTMLElement>(part);
  if (place === null) return false;
  if (place instanceof HTMLDetailsElement) place.open = true;
  const stop = first === undefined ? null : place.querySelector<HTMLElement>(first);
  if (stop === null && !place.hasAttribute("tabindex") && !place.matches("button, input, summary")) place.tabIndex = -1;
  (stop ?? place).focus();
  (stop ?? place).scrollIntoView({ block: "nearest" });
  return true;
}
