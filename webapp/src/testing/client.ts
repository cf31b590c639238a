import { JamClient } from "../session/client";
import { fakeHost, fakeMember, fakeSeats } from "./host";
import { joined, person } from "./jam";
import { spoken } from "./sentences";

/** A client in a jam, with all that a test asks it for. */
export function inJam() {
  const host = fakeHost();
  const member = fakeMember();
  const client = new JamClient({
    code: "HQRS-2K4M", open: host.open, seats: fakeSeats(), member, visible: () => true,
    sentences: spoken,
  });
  client.start({ display_name: "Sam" });
  host.last().accept();
  host.last().tell(joined({ participants: [person("alex", { role: "host" }), person("me", { display_name: "Sam" })] }));
  const sent = (type: string) => host.last().sent.filter((message) => message.type === type);
  const toasts = () => client.notices.view.get().map(({ level, text }) => `${level}: ${text}`);
  return { host, client, member, sent, toasts };
}
