/** So near to the window's edges the page scrolls along, px; and how fast at most, px a picture. */
const edge = 120;
const fastest = 18;

/**
 * A row of a list that is lifted out of it and set down elsewhere. The list's elements keep their order: the row and those
 * that make room for it are only drawn elsewhere, and `put` back or left to whoever draws them in their new order.
 */
export class Lift {
  private readonly list: HTMLElement;
  /** The row that it will stand before; null at the end. Itself while it is where it was. */
  private before: HTMLElement | null;
  /** Its place when it was drawn last: what it stood before may go. */
  private at = 0;
  private readonly watch = new MutationObserver(() => this.arrange());
  private frame = 0;
  /** Where the pointer is in the window and in the row, px; null while keys move it. */
  private pointer: { y: number; grip: number } | null = null;

  constructor(private readonly row: HTMLElement) {
    this.list = row.parentElement ?? row;
    this.before = row;
    row.classList.add("row-lifted");
    this.list.classList.add("lifting");
    // Songs come and go meanwhile.
    this.watch.observe(this.list, { childList: true });
  }

  private get rows(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(":scope > [data-item-id]")];
  }

  private get others(): HTMLElement[] {
    return this.rows.filter((row) => row !== this.row);
  }

  /** Where it would stand now, from 0, among how many; and in front of which item, null for the end. */
  get target(): { at: number; of: number; before: string | null; moved: boolean } {
    const { rows, others } = this;
    const from = rows.indexOf(this.row);
    const at = this.before === this.row ? from : this.before === null ? others.length : others.indexOf(this.before);
    return { at, of: rows.length, before: others[at]?.dataset["itemId"] ?? null, moved: at !== from };
  }

  /** Moves it to a place among the others, by keys. */
  goTo(place: number): void {
    this.pointer = null;
    this.choose(place);
    this.arrange();
    this.row.scrollIntoView({ block: "nearest" });
  }

  /** It follows the pointer, and the page with it near the window's edges. */
  follow(y: number): void {
    this.pointer ??= { y, grip: y - this.row.getBoundingClientRect().top };
    this.pointer.y = y;
    this.trail();
    if (this.frame === 0) this.frame = requestAnimationFrame(this.scroll);
  }

  /** Lets go of it: drawn in its order again, whichever that is. */
  put(): void {
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
    this.list.classList.remove("lifting");
    this.row.classList.remove("row-lifted");
    for (const row of this.rows) row.style.transform = "";
  }

  /** It lies where it was set down, until the list is in that order. */
  rest(): void {
    this.pointer = null;
    cancelAnimationFrame(this.frame);
    this.arrange();
  }

  private readonly scroll = (): void => {
    if (this.pointer === null) return;
    const { y } = this.pointer;
    const over = Math.max(0, y - (innerHeight - edge)) - Math.max(0, edge - y);
    if (over !== 0) {
      scrollBy(0, (over / edge) * fastest);
      this.trail();
    }
    this.frame = requestAnimationFrame(this.scroll);
  };

  /** The row goes where more than half of another one is covered. */
  private trail(): void {
    if (this.pointer === null) return;
    const { offsetTop: home, offsetHeight: height } = this.row;
    const middle = this.pointer.y - this.pointer.grip + height / 2 - this.list.getBoundingClientRect().top + this.list.offsetTop;
    const next = this.others.findIndex((row) => row.offsetTop + (row.offsetHeight + (row.offsetTop > home ? -height : height)) / 2 > middle);
    this.choose(next < 0 ? Infinity : next);
    this.arrange();
  }

  private choose(place: number): void {
    const { rows, others } = this;
    const at = Math.min(Math.max(0, place), others.length);
    this.before = at === rows.indexOf(this.row) ? this.row : (others[at] ?? null);
  }

  /** Draws the rows where they would stand. */
  private arrange(): void {
    const rows = this.rows;
    const from = rows.indexOf(this.row);
    if (this.before?.isConnected === false) this.choose(this.at);
    const { at } = this.target;
    this.at = at;
    const height = this.row.offsetHeight;
    let way = 0;
    rows.forEach((row, index) => {
      const down = index > from && index <= at;
      const up = index < from && index >= at;
      if (down) way += row.offsetHeight;
      if (up) way -= row.offsetHeight;
      if (row !== this.row) row.style.transform = down ? `translateY(${-height}px)` : up ? `translateY(${height}px)` : "";
    });
    if (this.pointer !== null) way = this.pointer.y - this.pointer.grip - this.list.getBoundingClientRect().top - (this.row.offsetTop - this.list.offsetTop);
    this.row.style.transform = `translateY(${way}px)`;
  }
}
