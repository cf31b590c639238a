import { ShareButtons } from "../jam/ShareButtons";
import { useJam } from "../jam/context";
import { guest as say } from "../sentences/en/guest";
import { pageLink } from "./links";

/** The code and the link, to bring a friend. */
export function Invite() {
  const code = useJam((jam) => jam.code);
  const link = pageLink(code);
  return (
    <section className="panel invite" aria-labelledby="invite-title">
      <header className="panel-head"><h2 id="invite-title">{say.invite}</h2></header>
      <p className="hint">{say.inviteText}</p>
      <p className="code" data-testid="code">{code}</p>
      <p className="link" data-testid="link">{link}</p>
      <ShareButtons link={link} />
    </section>
  );
}
