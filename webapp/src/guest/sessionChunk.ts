import { chunk } from "./chunk";

/** What only a soul-server's page needs. */
export const loadSoulServer = chunk(() => import("../remote/soulServer").then(({ meetAt }) => meetAt));

/** The session's page, apart from the first load, which must be quick on a phone. */
export const loadSession = chunk(() => import("./SessionPage").then(({ SessionPage }) => SessionPage));
