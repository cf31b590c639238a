import { bearer } from "../session/rest";

/** The blob stays this long after the browser was told to save it, ms. */
const keptMs = 30_000;

/** Saves what the host answers as a file of that name; false when there is no answer. A plain link could not show the host's token. */
export async function download(path: string, token: string, name: string): Promise<boolean> {
  try {
    const response = await fetch(path, { headers: bearer(token), cache: "no-store" });
    if (!response.ok) return false;
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), keptMs);
    return true;
  } catch {
    return false;
  }
}
