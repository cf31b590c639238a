import type { display as english } from "../en/display";
import type { Translation } from "../translation";

/** What the screen in the corner says. */
export const display: Translation<typeof english> = {
  scan: "読み取って曲を追加",
  orCode: "またはコードを入力",
  orCodeAt: "または次のアドレスでコードを入力",
  listening: (n) => `${n}人`,
  more: (n) => `ほか${n}曲`,
  skip: (votes, required) => `この曲をスキップしますか？ ${required}票中${votes}票`,
  reconnecting: "接続が切れました。再接続しています…",
  hostAway: "ホストが離れています。戻るのを待っています。",
  endsSoon: "ジャムはまもなく終了します",
  goesOn: "この画面は自動で再開します。",
  denied: "この画面にはコンソールのテレビ用リンクが必要です",
  deniedText: "ホストのコンソールにあります。ここで開いてください。",
  full: "このジャムを表示できる画面の数が上限に達しています",
  ended: "次のジャムには新しいテレビ用リンクがあります。ホストのコンソールに表示されます。",
  newVersion: "まもなく新しいバージョンになります",
};
