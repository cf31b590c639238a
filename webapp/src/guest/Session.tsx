import { useEffect, useState, type ComponentType } from "react";
import { ComingBackPage } from "./ComingBackPage";
import { ReloadPage } from "./NoticePages";
import { loadSession } from "./sessionChunk";

/** The session's page once it is here. When it cannot be had (a newer version has taken its place) a reload mends it. */
export function Session() {
  const [page, setPage] = useState<{ Page: ComponentType } | "failed" | null>(null);
  useEffect(() => {
    let gone = false;
    loadSession().then(
      (Page) => gone || setPage({ Page }),
      () => gone || setPage("failed"),
    );
    return () => {
      gone = true;
    };
  }, []);
  if (page === null) return <ComingBackPage />;
  return page === "failed" ? <ReloadPage /> : <page.Page />;
}
