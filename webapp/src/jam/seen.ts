/** One observer for all covers: a long queue has hundreds. */
const watched = new WeakMap<Element, (seen: boolean) => void>();
let observer: IntersectionObserver | null = null;

/** Tells when an element comes near the screen or goes far from it. Without the browser's help everything counts as seen. */
export function onSeen(element: Element, tell: (seen: boolean) => void): () => void {
  if (typeof IntersectionObserver === "undefined") {
    tell(true);
    return () => undefined;
  }
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const entry of entries) watched.get(entry.target)?.(entry.isIntersecting);
    },
    { rootMargin: "200px" },
  );
  const mine = observer;
  watched.set(element, tell);
  mine.observe(element);
  return () => {
    watched.delete(element);
    mine.unobserve(element);
  };
}
