import type { JamClient } from "../session/client";

/** Ties a jam to the life of its page: sleep, wake, network, goodbye. Returns how to untie it. */
export function followPage(client: JamClient): () => void {
  const wake = () => client.wake();
  const seen = () => document.visibilityState === "visible" && client.wake();
  const hide = () => client.away();
  window.addEventListener("online", wake);
  window.addEventListener("pageshow", wake);
  window.addEventListener("pagehide", hide);
  document.addEventListener("visibilitychange", seen);
  return () => {
    window.removeEventListener("online", wake);
    window.removeEventListener("pageshow", wake);
    window.removeEventListener("pagehide", hide);
    document.removeEventListener("visibilitychange", seen);
  };
}
