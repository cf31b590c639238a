import type { ErrorCode } from "../../session/wire.gen";
import type * as english from "../en/told";

const refusals: Record<ErrorCode, string> = {
  session_not_found: "このジャムはありません",
  session_ended: "このジャムは終了しました",
  session_full: "このジャムは満員です",
  not_authorized: "この操作は許可されていません",
  already_joined: "すでにこのジャムに参加しています",
  track_not_found: "曲が見つかりません",
  queue_full: "待たせておける曲数の上限です",
  rate_limited: "少し待ってからもう一度試してください",
  bad_request: "ホストに伝わりませんでした",
  internal: "ホストで問題が起きました",
  already_active: "すでに別のジャムが進行中です",
  duplicate_track: "その曲はもうリストにあります",
  track_too_long: "このジャムには長すぎる曲です",
  banned: "ホストがあなたを退出させました",
  host_offline: "ホストが離れています",
  version_unsupported: "ページを再読み込みしてください",
};

export const refusal: typeof english.refusal = (code) => refusals[code] ?? refusals.internal;

export const notice: typeof english.notice = ({ kind, params: { name, by, track, reason, new_host }, message }) => {
  switch (kind) {
    case "participant_joined": return `${name}さんが参加しました`;
    case "participant_left": return `${name}さんが退出しました`;
    case "track_added": return `${by}さんが「${track}」を追加しました`;
    case "track_removed": return by === undefined ? `「${track}」はブロックされ、リストから消えました` : `${by}さんが「${track}」を削除しました`;
    case "now_playing": return `再生中：「${track}」`;
    case "track_skipped": return `「${track}」${reason === "voted out" ? "は投票でスキップされました" : reason === "blocked" ? "はブロックされたためスキップされました" : "を再生できませんでした"}`;
    case "session_ending": return "ジャムはまもなく終了します";
    case "host_transferred": return `${new_host}さんがホストになりました`;
    case "up_next": return `次はあなたの曲です：「${track}」`;
  }
  return message;
};

export const ownWords: typeof english.ownWords = () => null;
