import { useEffect, useState } from "react";
import { bearer } from "../session/rest";

/** Tried again this long after it was not there, ms. */
const againMs = 3000;

/**
 * An image of the daemon's as an address for <img>, which alone could not show the host's token. Null while there is
 * none; `fresh` is another whenever the same path leads to another picture.
 */
export function usePicture(path: string | null, token: string, fresh: unknown): string | null {
  const [src, setSrc] = useState<string | null>(null);
  useEffect(() => {
    if (path === null) return undefined;
    let made: string | null = null;
    let gone = false;
    let timer: ReturnType<typeof setTimeout>;
    const load = async () => {
      try {
        const response = await fetch(path, { headers: bearer(token), cache: "no-store" });
        if (!response.ok) throw new Error(String(response.status));
        const blob = await response.blob();
        if (gone) return;
        made = URL.createObjectURL(blob);
        setSrc(made);
      } catch {
        if (!gone) timer = setTimeout(() => void load(), againMs);
      }
    };
    void load();
    return () => {
      gone = true;
      clearTimeout(timer);
      // The old picture leads elsewhere than the words beside it.
      setSrc(null);
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [path, token, fresh]);
  return src;
}
