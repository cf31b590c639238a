import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "../ui/base.css";
import "../ui/controls.css";
import "../jam/jam.css";
import "./host.css";
import { HostApp } from "./HostApp";
import { takeToken } from "./token";

const app = document.getElementById("app");
if (app !== null) {
  createRoot(app).render(
    <StrictMode>
      <HostApp token={takeToken()} />
    </StrictMode>,
  );
}
