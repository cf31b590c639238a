import type { ReactNode } from "react";

/** Drawn on a grid of 24, in the colour of the text: with a line of 2, or filled. */
const icon = (d: string, filled = false, more?: ReactNode) => () => (
  <svg className="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"
    fill={filled ? "currentColor" : "none"} stroke={filled ? "none" : "currentColor"} strokeWidth="2" strokeLinecap="round" strokeLinejoin="round">
    <path d={d} />{more}
  </svg>
);

export const PlayIcon = icon("M8 5.2v13.6a1 1 0 0 0 1.5.86l11-6.8a1 1 0 0 0 0-1.72l-11-6.8A1 1 0 0 0 8 5.2z", true);
export const PauseIcon = icon("M7.2 5h2.1a1.2 1.2 0 0 1 1.2 1.2v11.6a1.2 1.2 0 0 1-1.2 1.2h-2.1a1.2 1.2 0 0 1-1.2-1.2v-11.6a1.2 1.2 0 0 1 1.2-1.2zM14.7 5h2.1a1.2 1.2 0 0 1 1.2 1.2v11.6a1.2 1.2 0 0 1-1.2 1.2h-2.1a1.2 1.2 0 0 1-1.2-1.2v-11.6a1.2 1.2 0 0 1 1.2-1.2z", true);
export const SkipIcon = icon("M5 6v12a1 1 0 0 0 1.55.83L15 13.2V18a1 1 0 0 0 1 1h1.5a1 1 0 0 0 1-1V6a1 1 0 0 0-1-1H16a1 1 0 0 0-1 1v4.8L6.55 5.17A1 1 0 0 0 5 6z", true);
export const UpIcon = icon("m6 14 6-6 6 6");
export const DownIcon = icon("m6 10 6 6 6-6");
export const CrossIcon = icon("M6.5 6.5l11 11M17.5 6.5l-11 11");
export const PlusIcon = icon("M12 5v14M5 12h14");
export const CheckIcon = icon("m5 12.5 4.5 4.5L19 7.5");
export const SearchIcon = icon("M4.5 11a6.5 6.5 0 1 0 13 0 6.5 6.5 0 1 0-13 0M16 16l4.5 4.5");
export const QueueIcon = icon("M4 6h16M4 12h10M4 18h10", false, <path d="m18 13.5 3 2-3 2z" fill="currentColor" />);
export const PeopleIcon = icon("M5.5 8a3.5 3.5 0 1 0 7 0 3.5 3.5 0 1 0-7 0M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18.5 14.6A6.5 6.5 0 0 1 21.5 20");
export const CrownIcon = icon("M3 7.5 7.6 11 12 4.5 16.4 11 21 7.5 19.4 18H4.6z", true);
export const NoteIcon = icon("M9 18V6l10-2v12M4 18a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0M14 16a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0");
export const LeaveIcon = icon("M14 4H6v16h8M10 12h11M17.5 8.5 21 12l-3.5 3.5");
export const VolumeIcon = icon("M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11");
export const CopyIcon = icon("M11 9h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM15 5.5V5a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1h.5");
export const HeartIcon = icon("M12 20S4 15 4 9.2A4.2 4.2 0 0 1 12 7.3a4.2 4.2 0 0 1 8 1.9C20 15 12 20 12 20z");
export const ChatIcon = icon("M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-8l-4.5 4V16H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z");
export const WarnIcon = icon("M12 4 2.5 20h19zM12 10v4.5M12 17.2v.1");

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
