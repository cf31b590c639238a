/** The last part of a path, of whatever system. */
const nameOf = (path: string) => path.replace(/[/\\]+$/, "").split(/[/\\]/).pop() || path;

/**
 * The part of a folder's path that tells it from the others: what stands below its music folder, with that folder's
 * name before it where there are several. What lies in none of them stands whole.
 */
export function folderLabel(path: string, roots: string[]): string {
  const inside = (root: string) => path === root || /^[/\\]/.test(path.slice(root.replace(/[/\\]+$/, "").length)) && path.startsWith(root);
  const root = roots.filter(inside).sort((a, b) => b.length - a.length)[0];
  if (root === undefined) return path;
  const rest = path.slice(root.length).replace(/^[/\\]+/, "");
  if (rest === "") return nameOf(root);
  return roots.length > 1 ? `${nameOf(root)}${path.includes("\\") ? "\\" : "/"}${rest}` : rest;
}
