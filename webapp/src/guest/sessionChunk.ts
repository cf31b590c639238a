import { chunk } from "./chunk";

/** The session's page, apart from the first load, which must be quick on a phone. */
export const loadSession = chunk(() => import("./SessionPage").then(({ SessionPage }) => SessionPage));
