import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../ui/base.css";
import "../ui/controls.css";
import "./landing.css";
import { GuestApp } from "./GuestApp";
import { canSeal } from "../link/remote";
import { loadSession, loadSoulServer } from "./sessionChunk";

// Most who come here go on into a jam: its page is fetched while they read the first one.
if (location.pathname.startsWith("/jam/")) {
  if (canSeal()) void loadSoulServer().catch(() => undefined);
  void loadSession().catch(() => undefined);
}

const app = document.getElementById("app");
if (app !== null) {
  createRoot(app).render(
    <StrictMode>
      <GuestApp />
    </StrictMode>,
  );
}
