import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useJam } from "../jam/context";
import type { Member } from "../session/wire.gen";
import { joined, person } from "../testing/jam";
import { click, clientInJam, hasButton, show, showInJam, unmount } from "../testing/render";
import { Members, membersIn } from "./Members";
import { seenWords } from "./seen";
import { Share } from "./Share";

const alice: Member = { id: "a/1", name: "Alice", last_seen: "2026-11-23T20:00:00.000Z", native: true, connected: true };
const bob: Member = { id: "b", name: "<b>Bob</b>", last_seen: null, native: false, connected: false };

/** What the daemon holds, and every request that it was asked. */
let kept: Member[] = [];
let asked: string[] = [];
let refuses: number | null = null;

beforeEach(() => {
  [kept, asked, refuses] = [[alice, bob], [], null];
  vi.stubGlobal("fetch", vi.fn(async (path: string, init?: RequestInit) => {
    asked.push(`${init?.method ?? "GET"} ${path} ${JSON.stringify(init?.headers)}`);
    if (init?.method !== "DELETE") return new Response(JSON.stringify({ members: kept }));
    if (refuses !== null) return new Response("{}", { status: refuses });
    kept = kept.filter(({ id }) => path !== `/api/console/members/${encodeURIComponent(id)}`);
    return new Response(null, { status: 204 });
  }));
});
afterEach(async () => {
  await unmount();
  vi.unstubAllGlobals();
});

const rows = () => [...document.querySelectorAll("[data-testid=member]")].map((row) => row.querySelector(".member-words")?.textContent);
const hint = () => document.querySelector("[data-testid=members-hint]")?.textContent;
const alert = () => document.querySelector("[role=alert]")?.textContent;
const focused = () => (document.activeElement as HTMLElement | null)?.className;

describe("the members", () => {
  it("are listed as text, with when they were seen and how they come", async () => {
    await show(<Members token="key" fresh={1} />);
    expect(rows()).toEqual(["Alicehere now · own program", "<b>Bob</b>not seen for a long time · browser"]);
    expect(document.querySelector("[data-testid=member-count]")?.textContent).toBe("1 of 2 here now");
    expect(asked).toEqual(['GET /api/console/members {"Authorization":"Bearer key"}']);
  });
  it("are asked for anew when there is news", async () => {
    await show(<Members token="key" fresh={1} />);
    kept = [bob];
    await show(<Members token="key" fresh={2} />);
    expect([rows().length, document.querySelector("[data-testid=member-count]")?.textContent]).toEqual([1, "nobody here now"]);
  });
  it("are asked for anew when a member comes, goes or is made", async () => {
    const { client, link } = clientInJam(joined({ participants: [person("me", { role: "host" }), person("bob"), person("cara", { role: "member", user_id: "c" })] }));
    const seen: string[] = [];
    const Here = () => {
      seen.push(useJam(membersIn));
      return null;
    };
    await showInJam(client, <Here />);
    await act(async () => link.tell({ type: "participant_updated", seq: 11, participant: person("bob", { role: "member", user_id: "b" }) }));
    await act(async () => link.tell({ type: "participant_updated", seq: 12, participant: person("cara", { role: "member", user_id: "c", connected: false }) }));
    await act(async () => link.tell({ type: "participant_updated", seq: 13, participant: person("me", { role: "host", path: "direct" }) }));
    expect(seen).toEqual(["c true", "b true,c true", "b true,c false"]);
  });
  it("none: says how somebody becomes one; where a jam is only begun, nothing", async () => {
    kept = [];
    await show(<Members token="key" fresh={1} />);
    expect(hint()).toContain("“Make a member”");
    await show(<Members token="key" fresh={1} quiet />);
    expect(document.getElementById("app")?.textContent).toBe("");
  });
  it("says when the list cannot be had", async () => {
    vi.stubGlobal("fetch", vi.fn(async () => new Response("{}", { status: 500 })));
    await show(<Members token="key" fresh={1} />);
    expect(alert()).toBe("The list of members could not be had.");
  });
});

describe("forgetting", () => {
  it("is asked twice, and can be left alone", async () => {
    await show(<Members token="key" fresh={1} />);
    await click("Forget Alice");
    expect(document.querySelector("[role=dialog]")?.textContent).toMatch(/^Forget Alice\?Alice stays in this jam as a guest, and comes to later ones as somebody new\./);
    await click("Cancel");
    await click("Forget <b>Bob</b>");
    expect(document.querySelector("[role=dialog] p")?.textContent).toMatch(/^<b>Bob<\/b> comes to later ones/);
    await click("Cancel");
    expect(asked.length).toBe(1);
  });
  it("takes the row away, and leaves the focus near", async () => {
    await show(<Members token="key" fresh={1} />);
    document.querySelector<HTMLElement>("[aria-label='Forget Alice']")?.focus();
    await click("Forget Alice");
    await act(async () => document.querySelector<HTMLElement>("[role=dialog] .button-danger")?.click());
    expect(asked.slice(1)).toEqual(['DELETE /api/console/members/a%2F1 {"Authorization":"Bearer key"}', 'GET /api/console/members {"Authorization":"Bearer key"}']);
    expect([rows().length, hasButton("Forget Alice"), focused(), alert()]).toEqual([1, false, "panel members", undefined]);
  });
  it.each([[500, "Alice could not be forgotten. Try again in a moment."], [404, undefined]])("answered with %i", async (status, said) => {
    refuses = status;
    await show(<Members token="key" fresh={1} />);
    await click("Forget Alice");
    await act(async () => document.querySelector<HTMLElement>("[role=dialog] .button-danger")?.click());
    expect(alert()).toBe(said);
  });
});

describe("when somebody was seen", () => {
  const now = new Date(2026, 2, 29, 18, 30); // of a night in which clocks are put forward
  const said = (...at: [number, number, number, number, number]) => seenWords({ ...bob, last_seen: new Date(...at).toISOString() }, now.getTime());
  it.each<[string, [number, number, number, number, number]]>([
    ["a moment ago", [2026, 2, 29, 18, 29]], ["a moment ago", [2026, 2, 29, 18, 31]], ["40 minutes ago", [2026, 2, 29, 17, 50]], ["yesterday", [2026, 2, 28, 23, 59]],
    ["yesterday", [2026, 2, 28, 0, 1]], ["6 days ago", [2026, 2, 23, 12, 0]],
  ])("is said as %s", (words, at) => expect(said(...at)).toBe(words));
  it("is a time today, and later a date", () => {
    expect(said(2026, 2, 29, 9, 5)).toMatch(/^today at 0?9.05/);
    expect(said(2026, 2, 22, 12, 0)).toMatch(/^on .*2026/);
  });
});

describe("the four words", () => {
  const at = (words: string[]) => showInJam(clientInJam(joined()).client, <Share url="http://a/jam/x" tvUrl={null} words={words} token="key" addresses={[]} large={false} onLarge={() => undefined} />);
  it("stand beside the link", async () => {
    await at(["amber", "birch", "cedar", "dogwood"]);
    expect(document.querySelector("[data-testid=words]")?.textContent).toBe("Friends at a terminal see the same four words: amber birch cedar dogwood");
    await at([]);
    expect(document.querySelector("[data-testid=words]")).toBeNull();
  });
});
