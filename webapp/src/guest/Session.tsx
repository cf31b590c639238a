import { useChunk } from "./chunk";
import { ComingBackPage } from "./ComingBackPage";
import { ReloadPage } from "./NoticePages";
import { loadSession } from "./sessionChunk";

/** The session's page once it is here. */
export function Session() {
  const page = useChunk(loadSession);
  if (page === null) return <ComingBackPage />;
  return page === "failed" ? <ReloadPage /> : <page.Part />;
}
