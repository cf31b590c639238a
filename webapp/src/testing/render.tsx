import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { JamContext } from "../jam/context";
import { JamClient } from "../session/client";
import type { JoinedMessage } from "../session/wire.gen";
import { fakeHost, fakeSeats, type FakeLink } from "./host";
import { joined } from "./jam";
import { spoken } from "./sentences";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let root: Root | null = null;

/** Shows something in an empty page. */
export async function show(what: ReactNode): Promise<HTMLElement> {
  await unmount();
  document.body.innerHTML = '<div id="app"></div>';
  const app = document.getElementById("app") as HTMLElement;
  const made = createRoot(app);
  root = made;
  await act(async () => made.render(what));
  return app;
}

export async function unmount(): Promise<void> {
  const old = root;
  root = null;
  await act(async () => old?.unmount());
}

/** A client in a jam, and the host's end of its link. */
export function clientInJam(message: JoinedMessage = joined(), more: { solo?: boolean } = {}): { client: JamClient; link: FakeLink } {
  const host = fakeHost();
  const client = new JamClient({
    code: message.session.share_code, open: host.open, seats: fakeSeats(), visible: () => false,
    sentences: spoken, ...more,
  });
  client.start({ display_name: "Sam" });
  host.last().accept();
  host.last().tell(message);
  return { client, link: host.last() };
}

/** Shows a part of a jam's pages. */
export async function showInJam(client: JamClient, what: ReactNode): Promise<HTMLElement> {
  return show(<JamContext value={client}>{what}</JamContext>);
}

export function button(name: string): HTMLButtonElement {
  const found = buttons().filter((one) => nameOf(one) === name);
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} buttons are called ${name}: ${buttons().map(nameOf).join(", ")}`);
  return found[0];
}

export function hasButton(name: string): boolean {
  return buttons().some((one) => nameOf(one) === name);
}

export async function click(name: string): Promise<void> {
  await act(async () => button(name).click());
}

/** Types as a person does, so that React hears it. */
export async function type(input: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  const kind = input instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
  const set = Object.getOwnPropertyDescriptor(kind.prototype, "value")?.set;
  await act(async () => {
    set?.call(input, text);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

const buttons = () => [...document.querySelectorAll("button")];
const nameOf = (one: HTMLElement) => (one.getAttribute("aria-label") ?? one.textContent).trim();
