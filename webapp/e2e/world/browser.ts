import { chromium, type Browser } from "playwright-core";
import { overhear } from "./secrets";

/** Debian's Chromium, which talks to nobody by itself. `env` is added to its environment, `more` to its flags. */
export async function openBrowser(env: Record<string, string> = {}, more: string[] = []): Promise<Browser> {
  return overhear(await chromium.launch({
    executablePath: "/usr/bin/chromium",
    env: { ...process.env, ...env },
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
      // Names of its own for its addresses would be asked for by multicast, on this machine's real network.
      "--disable-features=WebRtcHideLocalIpsWithMdns", ...more],
  }));
}
