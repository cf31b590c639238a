import * as told from "../sentences/en/told";
import type { ClientSentences } from "../session/client";

/** What a client says in tests. */
export const spoken: ClientSentences = { ...told, added: (title) => `${title} is in`, offline: "offline", slowDown: (s) => `wait ${s} s` };
