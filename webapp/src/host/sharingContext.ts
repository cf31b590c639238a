import { createContext, useContext, useSyncExternalStore } from "react";
import type { Sharing, SharingView } from "./sharing";

/** The host's rules of sharing, for the panel and for every menu that blocks. */
export const SharingContext = createContext<Sharing | null>(null);

export function useSharing(): { sharing: Sharing; view: SharingView } {
  const sharing = useContext(SharingContext);
  if (sharing === null) throw new Error("no sharing around this component");
  return { sharing, view: useSyncExternalStore(sharing.view.subscribe, sharing.view.get) };
}
