import type { ReactNode } from "react";

/** Drawn on a grid of 24 with a line of 2, in the colour of the text. */
function Icon({ children, filled = false }: { children: ReactNode; filled?: boolean }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"
      fill={filled ? "currentColor" : "none"} stroke={filled ? "none" : "currentColor"} strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
      {children}
    </svg>
  );
}

export const PlayIcon = () => <Icon filled><path d="M8 5.2v13.6a1 1 0 0 0 1.5.86l11-6.8a1 1 0 0 0 0-1.72l-11-6.8A1 1 0 0 0 8 5.2z" /></Icon>;
export const PauseIcon = () => <Icon filled><rect x="6" y="5" width="4.5" height="14" rx="1.2" /><rect x="13.5" y="5" width="4.5" height="14" rx="1.2" /></Icon>;
export const SkipIcon = () => <Icon filled><path d="M5 6v12a1 1 0 0 0 1.55.83L15 13.2V18a1 1 0 0 0 1 1h1.5a1 1 0 0 0 1-1V6a1 1 0 0 0-1-1H16a1 1 0 0 0-1 1v4.8L6.55 5.17A1 1 0 0 0 5 6z" /></Icon>;
export const UpIcon = () => <Icon><path d="m6 14 6-6 6 6" /></Icon>;
export const DownIcon = () => <Icon><path d="m6 10 6 6 6-6" /></Icon>;
export const CrossIcon = () => <Icon><path d="M6.5 6.5l11 11M17.5 6.5l-11 11" /></Icon>;
export const PlusIcon = () => <Icon><path d="M12 5v14M5 12h14" /></Icon>;
export const CheckIcon = () => <Icon><path d="m5 12.5 4.5 4.5L19 7.5" /></Icon>;
export const SearchIcon = () => <Icon><circle cx="11" cy="11" r="6.5" /><path d="m16 16 4.5 4.5" /></Icon>;
export const QueueIcon = () => <Icon><path d="M4 6h16M4 12h10M4 18h10" /><path d="m18 13.5 3 2-3 2z" fill="currentColor" /></Icon>;
export const PeopleIcon = () => <Icon><circle cx="9" cy="8" r="3.5" /><path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 14.6A6.5 6.5 0 0 1 21.5 20" /></Icon>;
export const CrownIcon = () => <Icon filled><path d="M3 7.5 7.6 11 12 4.5 16.4 11 21 7.5 19.4 18H4.6z" /></Icon>;
export const NoteIcon = () => <Icon><path d="M9 18V6l10-2v12" /><circle cx="6.5" cy="18" r="2.5" /><circle cx="16.5" cy="16" r="2.5" /></Icon>;
export const LeaveIcon = () => <Icon><path d="M14 4H6v16h8M10 12h11M17.5 8.5 21 12l-3.5 3.5" /></Icon>;
export const VolumeIcon = () => <Icon><path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11" /></Icon>;
export const CopyIcon = () => <Icon><rect x="9" y="9" width="11" height="11" rx="2" /><path d="M15 5.5V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h.5" /></Icon>;
export const HeartIcon = () => <Icon><path d="M12 20S4 15 4 9.2A4.2 4.2 0 0 1 12 7.3a4.2 4.2 0 0 1 8 1.9C20 15 12 20 12 20z" /></Icon>;
export const ChatIcon = () => <Icon><path d="M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8l-4.5 4V16H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z" /></Icon>;
export const WarnIcon = () => <Icon><path d="M12 4 2.5 20h19zM12 10v4.5M12 17.2v.1" /></Icon>;

/** The mark of the product: a record with a warm centre. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false" fill="none">
      <circle cx="16" cy="16" r="13" stroke="var(--primary)" strokeWidth="2.2" />
      <path d="M16 8.5a7.5 7.5 0 0 1 7.5 7.5M16 23.5A7.5 7.5 0 0 1 8.5 16" stroke="var(--primary)" strokeWidth="2.2" strokeLinecap="round" />
      <circle cx="16" cy="16" r="3.6" fill="var(--accent)" />
    </svg>
  );
}
