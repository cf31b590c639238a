import { useEffect } from "react";
import { useClient, useView } from "../jam/context";
import { ComingBackPage } from "./ComingBackPage";
import { EndedPage } from "./EndedPage";
import { LandingPage } from "./LandingPage";
import { OverPage } from "./NoticePages";
import { self } from "../session/selectors";
import { judgeLink, rememberWaiting } from "./memory";
import { navigate } from "./router";
import { Session } from "./Session";
import { WaitingRoom } from "./WaitingRoom";

/** Which page of a jam is shown: the address says where the person wants to be, the link where they are. */
export function JamPages({ page }: { page: "landing" | "session" }) {
  const { code } = useClient();
  const phase = useView((view) => view.link.phase);
  const over = useView((view) => (view.link.phase === "over" ? view.link.over : null));
  const inJam = useView((view) => view.jam !== null);
  const ended = useView((view) => view.end !== null) || over === "ended";
  const place = useView((view) => view.place);
  const backToLanding = over === "seat_lost" || over === "left" || (page === "session" && phase === "idle");

  useEffect(() => {
    if (phase === "joined" && page === "landing") navigate({ page: "session", code }, "replace");
    if (backToLanding && page === "session") navigate({ page: "landing", code }, "replace");
  }, [phase, page, backToLanding, code]);

  const verified = useView(({ link, jam }) => link.phase === "joined" && jam !== null && self(jam)?.verified === true);
  useEffect(() => {
    if (verified) judgeLink(code, true);
    else if (over === "impostor") judgeLink(code, false);
  }, [code, verified, over]);

  useEffect(() => {
    // While the host has not answered yet, one still waits.
    if (place !== null || phase === "joined" || phase === "over") rememberWaiting(code, place !== null);
  }, [code, place, phase]);

  if (ended) return <EndedPage />;
  if (over !== null && !backToLanding) return <OverPage over={over} />;
  if (place !== null) return <WaitingRoom place={place} />;
  if (backToLanding || phase === "idle") return <LandingPage />;
  if (inJam && page === "session") return <Session />;
  // On the way in: a new seat waits on the landing page, a remembered one behind words of its own.
  return page === "landing" ? <LandingPage /> : <ComingBackPage />;
}
