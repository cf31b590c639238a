import { useCallback, useEffect, useRef, useState } from "react";
import { ConfirmDialog } from "../hosting/ConfirmDialog";
import { host as say } from "../sentences/en/host";
import type { JamState } from "../session/reducer";
import { ask, type Answer } from "../session/rest";
import type { Member, MemberList } from "../session/wire.gen";
import { Button } from "../ui/Button";
import { dayAndTimeOf } from "../ui/dates";
import { seenWords } from "./seen";

const path = "/api/console/members";
/** More than this scroll in a box of their own. */
const few = 6;

/** The members in a jam and whether they are connected, to compare. */
export function membersIn({ people }: JamState): string {
  return people.filter(({ user_id }) => user_id !== null).map(({ user_id, connected }) => `${user_id} ${connected}`).join();
}

interface Props {
  token: string;
  /** Something that is new whenever the list should be asked for anew, such as every status. */
  fresh: unknown;
  /** Likewise: which members are in the jam, from `membersIn`. */
  people?: string;
  /** Says nothing as long as there is nobody to list. */
  quiet?: boolean;
}

/** Whom this host knows in every jam, and the way to forget them. */
export function Members({ token, fresh, people = "", quiet = false }: Props) {
  const [answer, refresh] = useMembers(token, fresh, people);
  const [asked, setAsked] = useState<Member | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const panel = useRef<HTMLElement>(null);
  const gone = useRef(false);
  const forget = async ({ id, name }: Member) => {
    const done = await ask(`${path}/${encodeURIComponent(id)}`, token, { method: "DELETE" });
    setFailed(done.ok || done.status === 404 ? null : say.forgetFailed(name));
    gone.current = true;
    await refresh();
  };
  // The button goes with the row; the focus must not go with it.
  useEffect(() => {
    if (gone.current && document.activeElement === document.body) panel.current?.focus({ preventScroll: true });
    gone.current = false;
  }, [answer]);
  const members = answer?.ok === true ? answer.value.members : [];
  if (quiet && members.length === 0 && failed === null) return null;
  return (
    <section className="panel members" aria-labelledby="members-title" tabIndex={-1} ref={panel}>
      <header className="panel-head">
        <h2 id="members-title">{say.members}</h2>
        {members.length > 0 && <span className="count" data-testid="member-count">{say.membersHere(members.filter(({ connected }) => connected).length, members.length)}</span>}
      </header>
      {answer?.ok === false && <p className="hint" role="alert">{say.membersFailed}</p>}
      {answer?.ok === true && <p className="hint" data-testid="members-hint">{members.length === 0 ? say.membersEmpty : say.membersHint}</p>}
      <ul className={members.length > few ? "members-many" : undefined}>
        {members.map((member) => <Row key={member.id} member={member} onForget={() => setAsked(member)} />)}
      </ul>
      {failed !== null && <p className="hint hint-error" role="alert">{failed}</p>}
      {asked !== null && (
        <ConfirmDialog title={say.forgetTitle(asked.name)} confirm={say.forget} danger onClose={() => setAsked(null)} onConfirm={() => void forget(asked)}>
          <p>{say.forgetText(asked.name, asked.connected)}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function Row({ member, onForget }: { member: Member; onForget(): void }) {
  const { name, last_seen, native } = member;
  return (
    <li className="member" data-testid="member">
      <span className="member-words">
        <span className="person-name">{name}</span>
        <span className="hint" title={last_seen === null ? undefined : dayAndTimeOf(new Date(last_seen))}>
          {seenWords(member, Date.now())} · {native ? say.ownProgram : say.browser}
        </span>
      </span>
      <Button look="quiet" aria-label={say.forgetOne(name)} onClick={onForget}>{say.forget}</Button>
    </li>
  );
}

/** The list; null before the first answer. An answer that comes late does not replace a newer one. */
function useMembers(token: string, fresh: unknown, people: string): [Answer<MemberList> | null, () => Promise<void>] {
  const [answer, setAnswer] = useState<Answer<MemberList> | null>(null);
  const newest = useRef(0);
  const refresh = useCallback(async () => {
    const mine = ++newest.current;
    const next = await ask<MemberList>(path, token);
    if (mine === newest.current) setAnswer(next);
  }, [token]);
  useEffect(() => void refresh(), [refresh, fresh, people]);
  useEffect(() => () => void newest.current++, []);
  return [answer, refresh];
}
