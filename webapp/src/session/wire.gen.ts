// Generated from shared/wire by `go generate ./shared/wire`. Do not edit.

export interface JoinRequestMessage {
  type: "join_request";
  id?: string;
  display_name?: string;
  user_token?: string;
  join_key?: string;
  v?: number;
}

export interface ResumeMessage {
  type: "resume";
  id?: string;
  resume_token: string;
  last_seq?: number;
  v?: number;
}

export interface WatchMessage {
  type: "watch";
  id?: string;
  token?: string;
  v?: number;
}

export interface AwayMessage {
  type: "away";
  id?: string;
}

export interface LeaveMessage {
  type: "leave";
  id?: string;
}

export interface PingMessage {
  type: "ping";
  id?: string;
  t0?: number;
}

export interface AddTrackMessage {
  type: "add_track";
  id?: string;
  track_id: string;
}

export interface RemoveTrackMessage {
  type: "remove_track";
  id?: string;
  queue_item_id: string;
}

export interface ReorderMessage {
  type: "reorder";
  id?: string;
  queue_item_id: string;
  new_position?: number;
  before?: string | null;
}

export interface PlayNowMessage {
  type: "play_now";
  id?: string;
  queue_item_id: string;
}

export interface PlayMessage {
  type: "play";
  id?: string;
}

export interface PauseMessage {
  type: "pause";
  id?: string;
}

export interface SkipMessage {
  type: "skip";
  id?: string;
}

export interface SeekMessage {
  type: "seek";
  id?: string;
  position_ms: number;
}

export interface SetVolumeMessage {
  type: "set_volume";
  id?: string;
  volume: number;
}

export interface VoteSkipMessage {
  type: "vote_skip";
  id?: string;
}

export interface UnvoteSkipMessage {
  type: "unvote_skip";
  id?: string;
}

export interface UpvoteMessage {
  type: "upvote";
  id?: string;
  queue_item_id: string;
}

export interface UnupvoteMessage {
  type: "unupvote";
  id?: string;
  queue_item_id: string;
}

export interface ChatMessage {
  type: "chat";
  id?: string;
  message: string;
}

export interface ReactMessage {
  type: "react";
  id?: string;
  emoji: string;
}

export interface SearchMessage {
  type: "search";
  id?: string;
  q?: string;
  limit?: number;
}

export interface ArtMessage {
  type: "art";
  id?: string;
  track_id: string;
}

export interface UpdateSettingsMessage {
  type: "update_settings";
  id?: string;
  settings: Partial<JamSettings>;
}

export interface EndSessionMessage {
  type: "end_session";
  id?: string;
  in_seconds?: number;
  cancel?: boolean;
}

export interface ListParticipantsMessage {
  type: "list_participants";
  id?: string;
  offset?: number;
}

export interface ApproveJoinMessage {
  type: "approve_join";
  id?: string;
  participant_id: string;
}

export interface DenyJoinMessage {
  type: "deny_join";
  id?: string;
  participant_id: string;
}

export interface KickMessage {
  type: "kick";
  id?: string;
  participant_id: string;
}

export interface UnbanMessage {
  type: "unban";
  id?: string;
  participant_id: string;
}

export interface SetRoleMessage {
  type: "set_role";
  id?: string;
  participant_id: string;
  role: "host" | "member" | "guest";
}

export interface SetPermissionsMessage {
  type: "set_permissions";
  id?: string;
  participant_id: string;
  permissions: { [right in keyof JamPermissions]?: boolean | null };
}

export interface TransferHostMessage {
  type: "transfer_host";
  id?: string;
  participant_id: string;
}

export interface JamSettings {
  name: string | null;
  allow_guests: boolean;
  require_approval: boolean;
  guest_can_add: boolean;
  guest_can_skip_vote: boolean;
  max_queue_per_person: number;
  expires_at: string | null;
  max_participants: number;
  skip_threshold: number;
  allow_chat: boolean;
  queue_order: "fifo" | "fair" | "votes";
  allow_duplicates: boolean;
  max_track_ms: number;
  guest_can_remove_own: boolean;
  guest_can_control: boolean;
  guest_can_set_volume: boolean;
  autoplay: boolean;
  verified_only: boolean;
}

export interface JamPermissions {
  can_add_to_queue: boolean;
  can_remove_own: boolean;
  can_remove_any: boolean;
  can_reorder: boolean;
  can_skip: boolean;
  can_kick: boolean;
  can_vote_skip: boolean;
  can_chat: boolean;
  can_control: boolean;
  can_set_volume: boolean;
}

export interface JamParticipant {
  id: string;
  user_id: string | null;
  display_name: string;
  role: "host" | "member" | "guest";
  permissions: JamPermissions;
  connected: boolean;
  path: "lan" | "direct" | "relayed";
  verified: boolean;
  joined_at: string;
}

export interface TrackInfo {
  track_id: string;
  title: string;
  artist: string;
  album: string;
  duration_ms: number;
  has_art: boolean;
}

export interface Because {
  reason: string;
  name?: string;
  year?: number;
}

export interface JamQueueItem {
  id: string;
  track_id: string;
  track_info: TrackInfo;
  added_by: string | null;
  added_at: string;
  played_at: string | null;
  upvotes: number;
  pinned: boolean;
  because?: Because;
}

export interface Playback {
  playing: boolean;
  position_ms: number;
  at_ms: number;
  volume: number;
}

export interface SkipVote {
  queue_item_id: string;
  votes: number;
  required: number;
  eligible: number;
}

export interface ChatLine {
  from: string;
  from_id: string;
  message: string;
  at: string;
}

export interface WhyParams {
  turn?: number;
  votes?: number;
}

export interface Why {
  item_id: string;
  reason: string;
  params: WhyParams;
}

export interface QueueOrder {
  order: string[];
  why: Why[];
}

export interface Ending {
  reason: string;
  ends_at: string;
}

export interface JamSession {
  id: string;
  share_code: string;
  host_user_id: string | null;
  host_device_id: string;
  settings: JamSettings;
  participants: JamParticipant[];
  queue: JamQueueItem[];
  current_index: number;
  is_active: boolean;
  created_at: string;
  state: "created" | "active" | "paused" | "ending" | "ended";
  seq: number;
  playback: Playback;
  skip_vote: SkipVote | null;
  chat: ChatLine[];
  queue_order: QueueOrder;
  participant_count: number;
  ending: Ending | null;
}

export interface JoinedMessage {
  type: "joined";
  seq?: number;
  session: JamSession;
  participant_id: string | null;
  permissions: JamPermissions;
  resume_token: string | null;
  server_time_ms: number;
  pending?: JamParticipant[];
  bans?: JamParticipant[];
}

export interface ResumedMessage {
  type: "resumed";
  seq: number;
  events: ServerMessage[];
  resume_token: string;
  pending?: JamParticipant[];
  bans?: JamParticipant[];
}

export interface AckMessage {
  type: "ack";
  id: string;
  seq: number;
}

export interface ErrorMessage {
  type: "error";
  seq?: number;
  code: ErrorCode;
  message: string;
  id?: string;
  retry_after_ms?: number;
  end_reason?: string;
}

export interface ByeMessage {
  type: "bye";
  seq?: number;
  code: number;
  reason: string;
  retry: boolean;
}

export interface PongMessage {
  type: "pong";
  seq?: number;
  t0: number;
  t1: number;
}

export interface ParticipantJoinedMessage {
  type: "participant_joined";
  seq?: number;
  participant: JamParticipant;
}

export interface ParticipantUpdatedMessage {
  type: "participant_updated";
  seq?: number;
  participant: JamParticipant;
}

export interface ParticipantLeftMessage {
  type: "participant_left";
  seq?: number;
  participant_id: string;
}

export interface JoinPendingMessage {
  type: "join_pending";
  seq?: number;
  message: string;
  position: number;
}

export interface JoinDeniedMessage {
  type: "join_denied";
  seq?: number;
  reason: string;
}

export interface JoinRequestedMessage {
  type: "join_requested";
  seq?: number;
  participant: JamParticipant;
}

export interface ParticipantBannedMessage {
  type: "participant_banned";
  seq?: number;
  participant: JamParticipant;
}

export interface ParticipantUnbannedMessage {
  type: "participant_unbanned";
  seq?: number;
  participant_id: string;
}

export interface KickedMessage {
  type: "kicked";
  seq?: number;
  reason?: string;
}

export interface GrantedMessage {
  type: "granted";
  seq?: number;
  role: "host" | "member" | "guest";
  permissions: JamPermissions;
  user_token?: string;
}

export interface TrackAddedMessage {
  type: "track_added";
  seq?: number;
  item: JamQueueItem;
  by: string | null;
  position: number;
  why: Why;
}

export interface TrackRemovedMessage {
  type: "track_removed";
  seq?: number;
  item_id: string;
  by: string | null;
}

export interface TrackUpdatedMessage {
  type: "track_updated";
  seq?: number;
  item_id: string;
  upvotes: number;
  pinned: boolean;
}

export interface QueueOrderMessage {
  type: "queue_order";
  seq?: number;
  order: string[];
  why: Why[];
}

export interface NowPlayingMessage {
  type: "now_playing";
  seq?: number;
  item: JamQueueItem | null;
  previous?: "finished" | "skipped" | "failed" | "stopped" | "voted_out";
}

export interface PlaybackMessage {
  type: "playback";
  seq?: number;
  playing: boolean;
  position_ms: number;
  at_ms: number;
  volume: number;
}

export interface SettingsUpdatedMessage {
  type: "settings_updated";
  seq?: number;
  settings: JamSettings;
}

export interface NotificationMessage {
  type: "notification";
  seq?: number;
  kind: string;
  level: "info" | "success" | "warning";
  message: string;
  params: Record<string, string | number>;
}

export interface SessionUpdateMessage {
  type: "session_update";
  seq?: number;
  session: JamSession;
}

export interface QueueUpdateMessage {
  type: "queue_update";
  seq?: number;
  queue: JamQueueItem[];
}

export interface RecapTrack {
  title: string;
  artist: string;
  added_by: string | null;
  upvotes: number;
  skipped: boolean;
}

export interface TopAdder {
  name: string;
  tracks: number;
}

export interface Recap {
  track_count: number;
  participant_count: number;
  duration_ms: number;
  tracks: RecapTrack[];
  top_adder: TopAdder | null;
  top_track: RecapTrack | null;
}

export interface SessionEndedMessage {
  type: "session_ended";
  seq?: number;
  reason: string;
  recap: Recap | null;
  followed_by?: string;
}

export interface HostStatusMessage {
  type: "host_status";
  seq?: number;
  status: "online" | "offline" | "paused";
  since: string;
}

export interface SkipVoteMessage {
  type: "skip_vote";
  seq?: number;
  queue_item_id: string;
  votes: number;
  required: number;
  eligible: number;
}

export interface ChatLineMessage {
  type: "chat_message";
  seq?: number;
  from: string;
  from_id: string;
  message: string;
  at: string;
}

export interface ReactionMessage {
  type: "reaction";
  seq?: number;
  from_id: string;
  emoji: string;
}

export interface SessionEndingMessage {
  type: "session_ending";
  seq?: number;
  ending: Ending | null;
  state: "created" | "active" | "paused" | "ending" | "ended";
}

export interface SearchResultsMessage {
  type: "search_results";
  seq?: number;
  id: string;
  q: string;
  tracks: TrackInfo[];
}

export interface ArtDataMessage {
  type: "art_data";
  seq?: number;
  track_id: string;
  mime: string;
  data: string;
}

export interface ParticipantsMessage {
  type: "participants";
  seq?: number;
  offset: number;
  total: number;
  participants: JamParticipant[];
}

export interface ParticipantCountMessage {
  type: "participant_count";
  seq?: number;
  count: number;
}

export interface CreateSession {
  settings?: Partial<JamSettings>;
}

export interface SessionCreated {
  session_id: string;
  share_code: string;
  url: string;
}

export interface LandingTrack {
  title: string;
  artist: string;
}

export interface Landing {
  name: string | null;
  host_name: string;
  participant_count: number;
  current_track: LandingTrack | null;
  is_active: boolean;
  state: "created" | "active" | "paused" | "ending" | "ended";
}

export interface TrackList {
  tracks: TrackInfo[];
}

export interface HistoryRow {
  id: string;
  name: string | null;
  share_code: string;
  created_at: string;
  ended_at: string | null;
  end_reason: string | null;
  participant_count: number;
  track_count: number;
}

export interface HistoryList {
  sessions: HistoryRow[];
}

export interface HistoryTrack {
  track_id: string;
  title: string;
  artist: string;
  album: string;
  duration_ms: number;
  has_art: boolean;
  added_at: string;
  played_at: string;
  added_by: string | null;
  upvotes: number;
  skipped: boolean;
  outcome: "finished" | "skipped" | "failed" | "stopped" | "voted_out";
}

export interface HistoryDetail {
  id: string;
  name: string | null;
  share_code: string;
  created_at: string;
  ended_at: string | null;
  end_reason: string | null;
  participant_count: number;
  track_count: number;
  tracks: HistoryTrack[];
  recap: Recap | null;
}

export interface ConsoleJam {
  session_id: string;
  share_code: string;
  url: string;
  words: string[];
  tv_url: string;
  name: string | null;
  state: "created" | "active" | "paused" | "ending" | "ended";
  participant_count: number;
}

export interface SoloSession {
  share_code: string;
}

export interface PlayerStatus {
  name: "mpv" | "silent";
}

export interface LibraryStatus {
  scanning: boolean;
  files: number;
  total: number;
  per_second: number;
  seconds_left: number | null;
  tracks: number;
  broken: number;
  folders: string[];
}

export interface Trouble {
  code: string;
  text: string;
  params: Record<string, string>;
}

export interface NearbyJam {
  name: string;
  code: string;
  url: string;
  own: boolean;
}

export interface ConsoleStatus {
  host_name: string;
  jam: ConsoleJam | null;
  solo: SoloSession | null;
  player: PlayerStatus;
  library: LibraryStatus;
  warnings: string[];
  troubles: Trouble[];
  addresses: string[];
  nearby: NearbyJam[];
}

export interface BrokenFile {
  path: string;
  reason: string;
}

export interface BrokenList {
  files: BrokenFile[];
}

export interface Member {
  id: string;
  name: string;
  last_seen: string | null;
  native: boolean;
  connected: boolean;
}

export interface MemberList {
  members: Member[];
}

export interface Choice {
  name: string;
  tracks: number;
}

export interface Playlist {
  id: string;
  name: string;
  from: string;
  tracks: number;
  missing: number;
}

export interface Choices {
  folders: Choice[];
  genres: Choice[];
  playlists: Playlist[];
}

export interface SharingStatus {
  limited: boolean;
  folders: string[];
  playlists: string[];
  genres: string[];
  no_explicit: boolean;
  blocked_tracks: string[];
  blocked_artists: string[];
  blocked: TrackInfo[];
  shared: number;
  tracks: number;
  choices: Choices;
}

export interface PlaylistList {
  playlists: Playlist[];
}

export interface Queued {
  added: number;
  refused: number;
}

export interface Output {
  name: string;
  description: string;
}

export interface OutputList {
  outputs: Output[];
  chosen: string;
}

export interface ChooseOutput {
  name: string;
}

export interface Wifi {
  name: string;
  hidden: boolean;
  locked: boolean;
}

export interface SetWifi {
  name: string;
  password: string | null;
  hidden: boolean;
}

/** Everything a client may ask. */
export type ClientMessage =
  | JoinRequestMessage
  | ResumeMessage
  | WatchMessage
  | AwayMessage
  | LeaveMessage
  | PingMessage
  | AddTrackMessage
  | RemoveTrackMessage
  | ReorderMessage
  | PlayNowMessage
  | PlayMessage
  | PauseMessage
  | SkipMessage
  | SeekMessage
  | SetVolumeMessage
  | VoteSkipMessage
  | UnvoteSkipMessage
  | UpvoteMessage
  | UnupvoteMessage
  | ChatMessage
  | ReactMessage
  | SearchMessage
  | ArtMessage
  | UpdateSettingsMessage
  | EndSessionMessage
  | ListParticipantsMessage
  | ApproveJoinMessage
  | DenyJoinMessage
  | KickMessage
  | UnbanMessage
  | SetRoleMessage
  | SetPermissionsMessage
  | TransferHostMessage;

/** Everything the host may tell. */
export type ServerMessage =
  | JoinedMessage
  | ResumedMessage
  | AckMessage
  | ErrorMessage
  | ByeMessage
  | PongMessage
  | ParticipantJoinedMessage
  | ParticipantUpdatedMessage
  | ParticipantLeftMessage
  | JoinPendingMessage
  | JoinDeniedMessage
  | JoinRequestedMessage
  | ParticipantBannedMessage
  | ParticipantUnbannedMessage
  | KickedMessage
  | GrantedMessage
  | TrackAddedMessage
  | TrackRemovedMessage
  | TrackUpdatedMessage
  | QueueOrderMessage
  | NowPlayingMessage
  | PlaybackMessage
  | SettingsUpdatedMessage
  | NotificationMessage
  | SessionUpdateMessage
  | QueueUpdateMessage
  | SessionEndedMessage
  | HostStatusMessage
  | SkipVoteMessage
  | ChatLineMessage
  | ReactionMessage
  | SessionEndingMessage
  | SearchResultsMessage
  | ArtDataMessage
  | ParticipantsMessage
  | ParticipantCountMessage;

export type ErrorCode = "session_not_found" | "session_ended" | "session_full" | "not_authorized" | "already_joined" | "track_not_found" | "queue_full" | "rate_limited" | "bad_request" | "internal" | "already_active" | "duplicate_track" | "track_too_long" | "banned" | "host_offline" | "version_unsupported";

/** All of them, for telling whether a code is one. */
export const errorCodes: readonly string[] = ["session_not_found", "session_ended", "session_full", "not_authorized", "already_joined", "track_not_found", "queue_full", "rate_limited", "bad_request", "internal", "already_active", "duplicate_track", "track_too_long", "banned", "host_offline", "version_unsupported"];

/** The sentence for the person who meets the error. */
export const errorSentences: Record<ErrorCode, string> = {
  session_not_found: "This jam session doesn't exist",
  session_ended: "This jam session has ended",
  session_full: "This jam is full",
  not_authorized: "You don't have permission to do that",
  already_joined: "You're already in this jam",
  track_not_found: "Song not found",
  queue_full: "You've reached your song limit",
  rate_limited: "Slow down! Try again in a moment",
  bad_request: "That message could not be understood",
  internal: "Something went wrong on the host",
  already_active: "A jam is already running",
  duplicate_track: "That song is already in the queue",
  track_too_long: "That song is too long for this jam",
  banned: "The host removed you from this jam",
  host_offline: "The host is away",
  version_unsupported: "Please reload the page",
};

export * as limits from "./limits.gen";
