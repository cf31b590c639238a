import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../ui/base.css";
import "../ui/controls.css";
import "./landing.css";
import { GuestApp } from "./GuestApp";
import { canSeal } from "../link/remote";
import { guest } from "../sentences/en/guest";
import { crashed } from "../ui/crashed";
import { loadSession, loadSoulServer } from "./sessionChunk";

/** Most who come here go on into a jam: what that needs is fetched while they read the first page, once it is there. */
function fetchSession(): void {
  if (canSeal()) void loadSoulServer().catch(() => undefined);
  if (!location.pathname.endsWith("/display")) void loadSession().catch(() => undefined);
}

if (/^\/jam\/[^/]+\/?$/.test(location.pathname)) window.addEventListener("load", () => setTimeout(fetchSession));
else if (location.pathname.startsWith("/jam/")) fetchSession();

const app = document.getElementById("app");
if (app !== null) {
  const say = { title: guest.reloadTitle, reload: guest.reload };
  createRoot(app, { onUncaughtError: crashed(app, say, location.pathname.endsWith("/display")) }).render(
    <StrictMode>
      <GuestApp />
    </StrictMode>,
  );
}
