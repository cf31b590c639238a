import { host as say } from "../sentences/en/host";
import type { NearbyJam } from "../session/wire.gen";

/**
 * Jams of others on this network, each a link to join. Anyone there can announce
 * anything: a name is text, and an address that is no web page's is left out.
 */
export function Nearby({ jams }: { jams: NearbyJam[] }) {
  const others = jams.filter(({ own, url }) => !own && /^https?:\/\//i.test(url));
  if (others.length === 0) return null;
  return (
    <section className="nearby" aria-labelledby="nearby-title">
      <h2 id="nearby-title">{say.nearby}</h2>
      <ul>
        {others.map(({ name, code, url }) => (
          <li key={`${code} ${url}`}>
            <a href={url} target="_blank" rel="noopener noreferrer" data-testid="nearby">
              <span className="track-title">{name}</span><span className="hint">{code} · {say.newTab}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
