/** Where the focus may stand when what had it is gone. */
const places = "section, nav, main";

/**
 * Keeps the focus near when the element that has it goes away or is disabled: it
 * goes to the part of the page around it, not to the top, where a keyboard or a
 * screen reader would have to begin anew. Returns how to stop.
 */
export function keepFocus(root: HTMLElement): () => void {
  /** The element that had the focus last, and all around it: once removed, it does not know them any more. */
  let path: HTMLElement[] = [];
  const note = ({ target }: FocusEvent) => {
    path = [];
    for (let at = target; at instanceof HTMLElement && at !== root; at = at.parentElement) path.push(at);
  };
  const observer = new MutationObserver(() => {
    const [had] = path;
    if (had === undefined || document.activeElement !== document.body || (had.isConnected && !had.matches(":disabled"))) return;
    for (const place of path) {
      if (!place.isConnected || !place.matches(places)) continue;
      if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
      place.focus({ preventScroll: true });
      if (document.activeElement === place) return;
    }
  });
  root.addEventListener("focusin", note);
  observer.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
  return () => {
    root.removeEventListener("focusin", note);
    observer.disconnect();
  };
}
