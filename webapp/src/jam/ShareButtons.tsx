import { useEffect, useState } from "react";
import { jam as say } from "../sentences/en/jam";
import { Button } from "../ui/Button";
import { CheckIcon, CopyIcon } from "../ui/icons";

/** "Copied" stands this long, ms. */
const copiedMs = 2500;

/** Copy and share, where the browser has them; on plain http it often has neither, and then nothing is here. */
export function ShareButtons({ link }: { link: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  if (!canCopy() && !canShare()) return null;
  return (
    <div className="share">
      {canCopy() && (
        <Button onClick={() => void navigator.clipboard.writeText(link).then(() => setCopied(true), () => undefined)}>
          {copied ? <CheckIcon /> : <CopyIcon />}<span aria-live="polite">{copied ? say.copied : say.copy}</span>
        </Button>
      )}
      {canShare() && <Button onClick={() => void navigator.share({ url: link }).catch(() => undefined)}>{say.share}</Button>}
    </div>
  );
}

export function canCopy(): boolean {
  return window.isSecureContext && typeof navigator.clipboard?.writeText === "function";
}

function canShare(): boolean {
  return window.isSecureContext && typeof navigator.share === "function";
}
