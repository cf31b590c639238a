/**
 * A key that belongs to what is being composed, as Japanese is: it is the keyboard's own, not the page's. Safari ends the
 * composition before the Enter that confirms it; that key has the code of the keyboard's keys, 229.
 */
export function isComposing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229;
}
