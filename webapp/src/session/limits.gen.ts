// Generated from shared/wire by `go generate ./shared/wire`. Do not edit.

export const chatKept = 100;
export const closeBadProtocol = 4505;
export const closeDenied = 4502;
export const closeEnded = 4501;
export const closeFull = 4504;
export const closeHostAway = 4003;
export const closeKicked = 4500;
export const closeLeft = 4506;
export const closeNotFound = 4503;
export const closeReplaced = 4002;
export const closeRestarting = 4000;
export const closeTooSlow = 4001;
export const crowd = 100;
export const maxChat = 500;
export const maxClientFrame = 16384;
export const maxDisplayName = 40;
export const maxJamName = 80;
export const maxParticipants = 2000;
export const maxSearchText = 200;
export const maxUpcoming = 500;
export const participantsPage = 100;
export const participantsShown = 100;
export const playedShown = 20;
export const version = 1;
