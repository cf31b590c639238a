/** A screen that nobody sits at loads the page anew by itself after this, ms. */
const againMs = 60_000;

/** What stands instead of a page that broke while it was drawn: a sentence and a button, without React. `alone` is a screen that nobody sits at. */
export function crashed(app: HTMLElement, { title, reload }: { title: string; reload: string }, alone: boolean): (error: unknown) => void {
  return (error) => {
    console.error(error);
    const page = document.createElement("main");
    const heading = document.createElement("h1");
    heading.textContent = title;
    const button = document.createElement("button");
    button.className = "button button-primary";
    button.textContent = reload;
    button.addEventListener("click", () => location.reload());
    page.className = "frame-main";
    page.append(heading, button);
    app.replaceChildren(page);
    button.focus();
    if (alone) setTimeout(() => location.reload(), againMs);
  };
}
