import type { ReactNode } from "react";
import { host as say } from "../sentences/en/host";
import { Frame } from "./Frame";

export function NoticePage({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <Frame>
      <div role="status">
        <h1>{title}</h1>
        {text !== undefined && <p className="lead">{text}</p>}
      </div>
      {children}
    </Frame>
  );
}

/** The console was opened without its key, or with an old one: names the command that gives the address. */
export function KeyPage({ title, text }: { title: string; text: string }) {
  return <NoticePage title={title} text={text}><p><code className="command">{say.noTokenCommand}</code></p></NoticePage>;
}
