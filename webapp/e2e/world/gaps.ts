import { rate } from "./soundcard";

/** Samples of quiet in a row that make a gap: 5 ms. A tone crosses zero, and stays near it for far less. */
const most = Math.floor(rate / 200);
/** Less than this of full scale, which is 32,768, is quiet. */
const quiet = 40;
/** So far may a sample be from where the wave of the two before it leads. */
const off = 20;

/** Where a tone falls silent, and where its wave breaks off to go on at another place of itself. A place is told by its second in the recording. */
export function gapsIn(recording: Buffer, hz: number): string[] {
  const at = (i: number) => recording.readInt16LE(i * 4);
  const found: string[] = [];
  // A sine obeys x[i+1] = 2 cos(w) x[i] - x[i-1]; what does not is no sine there.
  const k = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let silent = 0;
  for (let i = 1; (i + 2) * 4 <= recording.length; i++) {
    silent = Math.abs(at(i)) < quiet ? silent + 1 : 0;
    if (silent === most) found.push(`silence at ${(i / rate).toFixed(3)} s`);
    if (Math.abs(at(i + 1) + at(i - 1) - k * at(i)) > off) found.push(`a break at ${(i / rate).toFixed(3)} s`);
  }
  return found;
}
