import { desk as say } from "../sentences/en/desk";
import { host } from "../sentences/en/host";
import type { Trouble } from "../session/wire.gen";
import { dayAndTimeOf } from "../ui/dates";
import { WarnIcon } from "../ui/icons";

type Sentence = (params: Readonly<Record<string, string>>) => string;
const sentences: Readonly<Record<string, Sentence>> = say.troubles;
const todos: Readonly<Record<string, Sentence>> = say.todo;

/** How mpv is installed, by the system as Go names it: which one, where there are several, and the command. */
const installs: Readonly<Record<string, readonly [which: string, command: string][]>> = {
  linux: [["Debian, Ubuntu", "sudo apt install mpv"], ["Fedora", "sudo dnf install mpv"], ["Arch", "sudo pacman -S mpv"]],
  darwin: [["", "brew install mpv"]],
  windows: [["", "winget install shinchiro.mpv"]],
};

function commandsFor({ code, params }: Trouble): readonly [which: string, command: string][] {
  if (code === "no_mpv") return installs[params["system"] ?? ""] ?? [];
  return code === "no_music" ? [["", "hostd serve --music DIR"]] : [];
}

/** What is wrong at the host's right now, and what to do about it. A trouble that this page does not know yet has the daemon's sentence. */
export function Troubles({ troubles }: { troubles: Trouble[] }) {
  if (troubles.length === 0) return null;
  return (
    <section className="warnings" aria-label={host.warnings}>
      <ul>{troubles.map((one) => <li key={one.code + one.text} data-testid="warning" data-code={one.code}><WarnIcon /><One trouble={one} /></li>)}</ul>
    </section>
  );
}

function One({ trouble }: { trouble: Trouble }) {
  const { code, text } = trouble;
  const { at } = trouble.params;
  const params = at === undefined ? trouble.params : { ...trouble.params, at: dayAndTimeOf(new Date(at)) };
  const commands = commandsFor(trouble);
  return (
    <div className="trouble">
      <p>{sentences[code]?.(params) ?? text}</p>
      {todos[code] !== undefined && <p className="hint">{todos[code](params)}</p>}
      {commands.length > 0 && (
        <dl className="commands">
          {commands.map(([which, command]) => <div key={command}>{which !== "" && <dt className="hint">{which}</dt>}<dd><code>{command}</code></dd></div>)}
        </dl>
      )}
    </div>
  );
}
