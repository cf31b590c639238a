import type { Page } from "playwright-core";
import type { Paper, Script } from "./paper";
import type { Size, Theme } from "./studio";

export type Look = `${Size}-${Theme}`;

/** A moment of a page that somebody may find themselves in. */
export interface State {
  /** Of its pictures, too. */
  name: string;
  /** The page's address. */
  at: string;
  script: Script;
  /** The browser has a seat in that jam from before. */
  seat?: boolean;
  /** What is done there, on a phone; and waits until it can be seen. */
  go(page: Page, paper: Paper): Promise<void>;
  looks: readonly Look[];
  /** What is brought to the top of the window. */
  scroll?: string;
  /** The dialog that stands open was opened by the button of this name, which has the focus when it is closed. */
  openedBy?: string | RegExp;
  /** Shown in the README under this name, in this look. */
  readme?: [name: string, look: Look];
}

/** A page with much on it. */
export const everywhere: readonly Look[] = ["phone-dark", "phone-light", "tablet-dark", "desk-dark", "desk-light"];
/** A page that is made of the same pieces as others. */
export const twice: readonly Look[] = ["phone-dark", "desk-light"];
/** The pieces that are drawn with colour alone, where there is none. */
export const alsoForced: readonly Look[] = [...everywhere, "phone-forced"];
/** A screen that is looked at from afar. */
export const afar: readonly Look[] = ["tv-dark", "tv-light", "desk-dark", "phone-dark"];
