import { useSyncExternalStore } from "react";
import { jam as say } from "../sentences/en/jam";
import { Toasts } from "../ui/Toasts";
import { useClient } from "./context";

export function JamToasts() {
  const { notices } = useClient();
  const toasts = useSyncExternalStore(notices.view.subscribe, notices.view.get);
  return <Toasts toasts={toasts} label={say.messages} dismissLabel={say.dismiss} onDismiss={(id) => notices.dismiss(id)} />;
}
