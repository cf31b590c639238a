import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../ui/base.css";
import "../ui/controls.css";
import "../jam/jam.css";
import "./host.css";
import { host } from "../sentences/en/host";
import { crashed } from "../ui/crashed";
import { HostApp } from "./HostApp";
import { takeToken } from "./token";

// The console's link pasted into the open page differs behind the # only: no page is loaded for that.
window.addEventListener("hashchange", () => location.reload());

const app = document.getElementById("app");
if (app !== null) {
  createRoot(app, { onUncaughtError: crashed(app, { title: host.reloadTitle, reload: host.reload }, false) }).render(
    <StrictMode>
      <HostApp token={takeToken()} />
    </StrictMode>,
  );
}
