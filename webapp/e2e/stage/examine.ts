import { doesNotFit, outOfOrder, spacedOut, tooSmall } from "../world/access";
import { axeFinds } from "../world/axe";
import { closesByEscape, tabWalk } from "../world/keyboard";
import type { Album } from "./album";
import type { State } from "./state";
import type { Size, Stage, Theme } from "./studio";

/** All that is wrong with a page as it stands, in every look of it. */
export async function examine(stage: Stage, state: State, album: Album): Promise<string[]> {
  const { page } = stage;
  const wrong: string[] = [];
  const looked = new Set<Size>();
  await stage.still(true);
  for (const look of state.looks) {
    const [size, theme] = look.split("-") as [Size, Theme];
    await stage.looks(size, theme, state.scroll);
    const picture = await album.compare(stage, `${state.name}-${look}`);
    if (picture !== null) wrong.push(picture);
    if (state.readme?.[1] === look) await album.shows(stage, state.readme[0]);
    // Of another theme only the colours are new, of a tablet nothing but the places.
    const found = await axeFinds(page, looked.has(size) || size === "tablet");
    if (!looked.has(size)) {
      found.push(...(await outOfOrder(page)), ...(await doesNotFit(page, "as it is")));
      if (size === "phone" || size === "tablet") found.push(...(await tooSmall(page)));
    }
    looked.add(size);
    wrong.push(...found.map((one) => `${look}: ${one}`));
  }
  await stage.still(false);
  // Nobody zooms a TV.
  if (looked.has("phone")) wrong.push(...(await differently(stage)));
  await stage.looks(looked.has("phone") ? "phone" : "desk", "dark");
  wrong.push(...(await tabWalk(page)));
  if (state.openedBy !== undefined) wrong.push(...(await closesByEscape(page, state.openedBy)));
  return [...new Set(wrong)];
}

/** For those who see it otherwise: narrow, twice as large, with more space in the text. */
async function differently(stage: Stage): Promise<string[]> {
  const { page } = stage;
  await page.setViewportSize({ width: 320, height: 640 });
  await stage.settles();
  const narrow = await doesNotFit(page, "320 px wide");
  const spaced = await spacedOut(page);
  // A desk's window at 200 %.
  await page.setViewportSize({ width: 640, height: 400 });
  await stage.settles();
  return [...narrow, ...spaced, ...(await doesNotFit(page, "at 200 %"))];
}
