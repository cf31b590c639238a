import { createContext, useContext, useSyncExternalStore } from "react";
import type { JamClient, JamView } from "../session/client";
import type { JamState } from "../session/reducer";

/** The jam that the page shows. */
export const JamContext = createContext<JamClient | null>(null);

export function useClient(): JamClient {
  const client = useContext(JamContext);
  if (client === null) throw new Error("no jam around this component");
  return client;
}

/** A part of the view; renders again only when that part changes. `pick` must give back what it found, not a new object. */
export function useView<T>(pick: (view: JamView) => T): T {
  const { view } = useClient();
  return useSyncExternalStore(view.subscribe, () => pick(view.get()));
}

/** A part of the jam, for components that stand only where there is one. */
export function useJam<T>(pick: (jam: JamState) => T): T {
  return useView(({ jam }) => {
    if (jam === null) throw new Error("no jam is known yet");
    return pick(jam);
  });
}
