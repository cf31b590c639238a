import { useSyncExternalStore } from "react";
import { readCode } from "../session/code";

/** Where the guest's page stands. */
export type Route =
  | { page: "code" }
  | { page: "landing" | "session" | "display"; code: string }
  /** A jam's address whose code cannot be one. */
  | { page: "not_found" };

export function parseRoute(path: string): Route {
  const match = /^\/jam\/([^/]+)(?:\/(session|display))?\/?$/.exec(path);
  if (match === null) return path.startsWith("/jam/") ? { page: "not_found" } : { page: "code" };
  const reading = readCode(decode(match[1] ?? ""));
  if (!reading.ok) return { page: "not_found" };
  return { page: (match[2] as "session" | "display" | undefined) ?? "landing", code: reading.code };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case "landing": return `/jam/${route.code}`;
    case "session": case "display": return `/jam/${route.code}/${route.page}`;
  }
  return "/";
}

const changed = "jam:navigate";

/** Goes to a page of this app. Replacing keeps the Back button from leading to a page that leads back here. */
export function navigate(route: Route, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(null, "", pathOf(route));
  else history.replaceState(null, "", pathOf(route));
  window.dispatchEvent(new Event(changed));
  window.scrollTo(0, 0);
}

export function useRoute(): Route {
  const path = useSyncExternalStore(watch, () => location.pathname);
  return parseRoute(path);
}

function watch(onChange: () => void): () => void {
  window.addEventListener("popstate", onChange);
  window.addEventListener(changed, onChange);
  return () => {
    window.removeEventListener("popstate", onChange);
    window.removeEventListener(changed, onChange);
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
