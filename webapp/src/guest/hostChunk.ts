import { chunk } from "./chunk";

// Apart from what guests load: only who holds the host's rights ever needs it.
const load = () => import("../hosting/HostPanel");

export const loadControls = chunk(() => load().then((panel) => panel.default));

export const loadHandle = chunk(() => load().then(({ Handle }) => Handle));
