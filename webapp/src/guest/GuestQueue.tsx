import { useJam } from "../jam/context";
import { Queue } from "../jam/Queue";
import { mayHost } from "../session/selectors";
import { useChunk } from "./chunk";
import { loadHandle } from "./hostChunk";

/** The queue; who holds the host's rights can drag its songs, once what that needs is here. */
export function GuestQueue() {
  return useJam(mayHost) ? <HostQueue /> : <Queue />;
}

function HostQueue() {
  const part = useChunk(loadHandle);
  return <Queue Handle={part === null || part === "failed" ? undefined : part.Part} />;
}
