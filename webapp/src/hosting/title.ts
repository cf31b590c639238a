import { useEffect } from "react";

/** Puts a count before whatever the page calls itself, also when that changes; 0 = none. */
export function useCountInTitle(count: number): void {
  useEffect(() => {
    if (count === 0) return undefined;
    const prefix = `(${count}) `;
    const bare = () => (document.title.startsWith(prefix) ? document.title.slice(prefix.length) : document.title);
    const put = () => {
      if (!document.title.startsWith(prefix)) document.title = prefix + document.title;
    };
    put();
    const observer = new MutationObserver(put);
    const title = document.querySelector("title");
    if (title !== null) observer.observe(title, { childList: true, characterData: true, subtree: true });
    return () => {
      observer.disconnect();
      document.title = bare();
    };
  }, [count]);
}
