import { errorSentences, type ErrorCode, type NotificationMessage } from "../../session/wire.gen";

// What the host tells in English sentences. On an English page they are said as they came: they may say more than the code
// beside them. In another language what is known of them by code and kind is said in its own words.

/** Why the host refused. */
export const refusal = (code: ErrorCode, message = ""): string => message || (errorSentences[code] ?? errorSentences.internal);

/** What happened in the jam. */
export const notice = ({ message }: Pick<NotificationMessage, "kind" | "params" | "message">): string => message;

/** Words that have no code; null where they are not in the page's language. */
export const ownWords = (words: string | null): string | null => words;
