import { useState } from "react";
import { useClient } from "../jam/context";
import { hosting as say } from "../sentences/en/hosting";
import { ConfirmDialog } from "./ConfirmDialog";
import "./hosting.css";

/** Minutes that the end may be announced for; 0 = at once. */
const choices = [0, 1, 5, 15];

/** Ends the jam for everyone, now or announced. */
export function EndDialog({ onClose }: { onClose(): void }) {
  const client = useClient();
  const [minutes, setMinutes] = useState(0);
  const end = () => void client.tell(minutes === 0 ? { type: "end_session" } : { type: "end_session", in_seconds: minutes * 60 });
  return (
    <ConfirmDialog title={say.endTitle} confirm={minutes === 0 ? say.endConfirm : say.endAnnounce} danger onConfirm={end} onClose={onClose}>
      <p>{say.endText}</p>
      <fieldset className="choices">
        <legend>{say.endWhen}</legend>
        {choices.map((choice) => (
          <label key={choice}>
            <input type="radio" name="end-in" checked={choice === minutes} onChange={() => setMinutes(choice)} />{choice === 0 ? say.endNow : say.endIn(choice)}
          </label>
        ))}
      </fieldset>
    </ConfirmDialog>
  );
}
