import { act } from "react";
import { afterEach, expect, it } from "vitest";
import { button, click, clientInJam, hasButton, showInJam, unmount } from "../testing/render";
import { joined, person } from "../testing/jam";
import type { FakeLink } from "../testing/host";
import type { JamParticipant } from "../session/wire.gen";
import { Participants } from "./Participants";

afterEach(unmount);

const guests = (from: number, to: number): JamParticipant[] => Array.from({ length: to - from }, (_, i) => person(`g${from + i}`));
const alex = person("alex", { role: "host" });
const crowd = joined({ participants: [alex, person("me"), ...guests(0, 100)], participant_count: 210 });
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-testid=participant]")];
const asked = (link: FakeLink) => link.sent.filter((message) => message.type === "list_participants");
/** Answers what was asked, page by page. */
async function answer(link: FakeLink, offset: number, participants: JamParticipant[]) {
  const id = asked(link).find((message) => message.offset === offset)?.id ?? "";
  await act(async () => link.tell({ type: "participants", offset, total: 210, participants }, { type: "ack", id, seq: 10 }));
}

it("a crowd is shown in part, and more of it when asked", async () => {
  const { client, link } = clientInJam(crowd);
  await showInJam(client, <Participants />);
  expect(document.querySelector("[data-testid=participant-count]")?.textContent).toBe("210 people");
  expect([rows().length, document.body.textContent?.includes("and 108 more")]).toEqual([102, true]);
  const [first, third] = [rows()[0], rows()[2]];
  await click("Show more");
  expect(button("Show more").getAttribute("aria-disabled")).toBe("true");
  await click("Show more");
  expect(asked(link)).toHaveLength(2);
  await answer(link, 0, [alex, ...guests(0, 99)]);
  await answer(link, 100, guests(99, 199));
  expect([rows().length, button("Show more").getAttribute("aria-disabled")]).toEqual([201, "false"]);
  // The rows that were there are the same ones.
  expect([rows()[0] === first, rows()[2] === third]).toEqual([true, true]);
  button("Show more").focus();
  await click("Show more");
  await answer(link, 200, [...guests(199, 208), person("me")]);
  expect([rows().length, hasButton("Show more")]).toEqual([210, false]);
  expect(document.activeElement?.classList.contains("people-list")).toBe(true);
  client.stop();
});

it("who comes back to a long list begins anew", async () => {
  const { client, link } = clientInJam(crowd);
  await showInJam(client, <Participants />);
  await click("Show more");
  await answer(link, 0, [alex, ...guests(0, 99)]);
  await answer(link, 100, guests(99, 199));
  await showInJam(client, <Participants />);
  expect([rows().length, hasButton("Show more")]).toEqual([102, true]);
  client.stop();
});

it("a few people have no button", async () => {
  await showInJam(clientInJam().client, <Participants />);
  expect([rows().length, hasButton("Show more")]).toEqual([2, false]);
});
