import type { html as english } from "../en/html";
import type { Translation } from "../translation";

/** What stands in index.html and console.html before any script runs. */
export const html: Translation<typeof english> = {
  noScript: "このページにはJavaScriptが必要です。",
  moment: "少々お待ちください…",
  consoleTitle: "Soul Jam コンソール",
};
