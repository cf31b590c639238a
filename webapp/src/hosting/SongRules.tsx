import { useId } from "react";
import { hosting as say } from "../sentences/en/hosting";
import { limits, type JamSettings } from "../session/wire.gen";
import { Switch } from "../ui/Switch";
import { Group, NumberField } from "./fields";
import type { Rules } from "./rules";

type Order = JamSettings["queue_order"];

const orders: Order[] = ["fair", "fifo", "votes"];
const minuteMs = 60_000;
/** A day: nothing longer is of use. */
const mostMinutes = 1440;

/** Which songs may wait, and which is next. */
export function SongRules({ settings, change }: Rules) {
  return (
    <Group title={say.songs} now={say.orders[settings.queue_order].label}>
      <OrderChoice value={settings.queue_order} onChange={(order) => change({ queue_order: order })} />
      <NumberField label={say.perPerson} hint={say.perPersonHint} min={0} max={limits.maxUpcoming}
        value={settings.max_queue_per_person} onChange={(most) => change({ max_queue_per_person: most })} />
      <NumberField label={say.longest} hint={say.longestHint} min={0} max={mostMinutes}
        value={settings.max_track_ms / minuteMs} onChange={(minutes) => change({ max_track_ms: minutes * minuteMs })} />
      <Switch label={say.duplicates} checked={settings.allow_duplicates} onChange={(on) => change({ allow_duplicates: on })} />
      <Switch label={say.autoplay} hint={say.autoplayHint} checked={settings.autoplay} onChange={(on) => change({ autoplay: on })} />
    </Group>
  );
}

/** The three orders, each with a sentence what it does. */
export function OrderChoice({ value, onChange }: { value: Order; onChange(order: Order): void }) {
  const id = useId();
  return (
    <fieldset className="choices">
      <legend>{say.order}</legend>
      {orders.map((order) => (
        <label key={order}>
          <input type="radio" name={id} checked={order === value} onChange={() => onChange(order)} />
          <span>{say.orders[order].label} <span className="hint">{say.orders[order].hint}</span></span>
        </label>
      ))}
    </fieldset>
  );
}
