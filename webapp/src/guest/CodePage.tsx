import { useEffect, useState, type FormEvent } from "react";
import { readFragment } from "../link/fragment";
import { guest as say } from "../sentences/en/guest";
import { jam } from "../sentences/en/jam";
import { hashIn, readCode, type CodeReading } from "../session/code";
import { Button } from "../ui/Button";
import { TextField } from "../ui/TextField";
import { Frame } from "./Frame";
import { keepLink, lastJam } from "./memory";
import { navigate } from "./router";

/** `/`: type the code. */
export function CodePage() {
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [last] = useState(lastJam);
  useEffect(() => {
    document.title = `${say.enterTitle} · ${jam.product}`;
  }, []);
  const go = (event: FormEvent) => {
    event.preventDefault();
    const reading = readCode(typed);
    // The whole link may have been pasted, and what somebody wrote around it.
    const hash = hashIn(typed);
    if (readFragment(hash).cut) setError(say.cutTitle);
    else if (reading.ok) {
      keepLink(reading.code, hash);
      navigate({ page: "landing", code: reading.code });
    } else setError(problem(reading));
  };
  return (
    <Frame>
      <h1>{say.enterTitle}</h1>
      <p className="lead">{say.enterText}</p>
      {last !== null && <Button className="wide" onClick={() => navigate({ page: "landing", code: last.code })}>{say.backTo(last.name)}</Button>}
      <form className="stack" onSubmit={go} noValidate>
        <TextField label={say.codeLabel} className="field-code" placeholder={say.codePlaceholder} value={typed} error={error} autoFocus={last === null}
          autoCapitalize="characters" autoCorrect="off" spellCheck={false} enterKeyHint="go" maxLength={2000} data-testid="code-input"
          onChange={(event) => {
            setTyped(event.target.value);
            setError(earlyProblem(event.target.value));
          }} />
        <Button look="primary" type="submit" className="wide">{say.codeGo}</Button>
      </form>
    </Frame>
  );
}

function problem(reading: Extract<CodeReading, { ok: false }>): string {
  switch (reading.why) {
    case "empty": return say.codeEmpty;
    case "length": return say.codeLength;
    case "never_used": return say.codeNeverUsed(jam.all(reading.characters));
    case "foreign": return say.codeForeign(reading.characters.join(" "));
  }
}

/** While typing, only what more typing cannot mend. */
function earlyProblem(typed: string): string | null {
  if (/[/:]/.test(typed)) return null;
  const reading = readCode(typed);
  return reading.ok || (reading.why !== "never_used" && reading.why !== "foreign") ? null : problem(reading);
}
