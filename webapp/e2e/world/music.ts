import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** A song is a pure tone, so that a recording tells which one was heard. */
export interface Song {
  title: string;
  artist: string;
  hz: number;
  seconds: number;
  genre?: string;
}

/** Makes a tagged FLAC file with a cover. */
export function makeSong(dir: string, song: Song): void {
  execFileSync("ffmpeg", [
    "-nostdin", "-v", "error", "-y",
    "-f", "lavfi", "-i", `sine=frequency=${song.hz}:duration=${song.seconds}:sample_rate=44100`,
    "-f", "lavfi", "-i", `gradients=s=320x320:n=4:seed=${song.hz}:r=1:d=1`,
    "-map", "0:a", "-map", "1:v", "-frames:v", "1", "-c:v", "mjpeg", "-disposition:v", "attached_pic",
    "-metadata", `title=${song.title}`, "-metadata", `artist=${song.artist}`, "-metadata", "album=Evening",
    ...(song.genre === undefined ? [] : ["-metadata", `genre=${song.genre}`]),
    join(dir, fileOf(song)),
  ]);
}

/** The name of a song's file. */
export function fileOf({ title }: Pick<Song, "title">): string {
  return `${title.replaceAll(/[^\w ]/g, "_")}.flac`;
}
