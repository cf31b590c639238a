import type { install as english } from "../en/install";
import type { Translation } from "../translation";

/** What the app is called where it is installed. */
export const install: Translation<typeof english> = {
  name: "Soul Jam",
  short_name: "Soul Jam",
  description: "みんなで音楽を選びます。ジャムに参加して、曲を追加し、投票しましょう。",
};
