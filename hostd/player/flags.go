package player

import (
	"os"
	"slices"
	"strings"
)

// mpvFlags is how mpv is started. Nothing of the user's mpv set-up is read,
// nothing but the socket can command it, and a file is only ever sound: what a
// media file could make mpv open by itself (a playlist named song.mp3 that
// leads to other files or addresses, a cue sheet, a zip, an HLS list, Matroska
// chapters of other files) is refused. The options exist in mpv 0.33 and later.
func mpvFlags() []string {
	return append([]string{
		// A player that waits to be told.
		"--idle=yes", "--pause=yes",
		"--input-ipc-client=fd://3", // the inherited socket: mpv ends when it closes, also on kill -9 of hostd
		"--audio-client-name=soul-jam",

		// Gapless: the audio device stays open, the next file is opened ahead.
		"--gapless-audio=yes", "--prefetch-playlist=yes",
		"--volume-max=100",
	}, FileFlags()...)
}

// FileFlags are those that bound what a file can do, and say in which form its
// sound leaves mpv: the same whoever plays, so that what is measured is what
// will be heard.
func FileFlags() []string {
	return []string{
		"--no-config", "--no-terminal",

		// Sound only, in one form for all files: a device opened for the first
		// one, a mono recording of 22 kHz, keeps its form while it is open.
		// Samples over full scale survive until the filters have seen them.
		"--no-video", "--no-sub", "--audio-display=no", "--replaygain=no",
		"--audio-samplerate=48000", "--audio-channels=stereo", "--audio-format=float",

		// Nobody else commands it, and it remembers nothing.
		"--load-scripts=no", "--ytdl=no", "--osc=no", "--load-stats-overlay=no",
		"--load-osd-console=no", "--load-auto-profiles=no",
		"--input-default-bindings=no", "--input-builtin-bindings=no", "--input-media-keys=no",
		"--input-terminal=no", "--input-cursor=no",
		"--resume-playback=no", "--save-position-on-quit=no",

		// One file is one file.
		"--autoload-files=no", "--audio-file-auto=no", "--sub-auto=no", "--cover-art-auto=no",
		"--access-references=no", "--ordered-chapters=no", "--load-unsafe-playlists=no",
		// Only FFmpeg's demuxer: mpv's own ones read playlists, archives, edit lists.
		"--demuxer=lavf",
		"--demuxer-lavf-o-append=format_whitelist=" + strings.Join(audioFormats(), ","),
		"--demuxer-lavf-o-append=protocol_whitelist=none",
		// What CheckSource lets through, and no further: not where a redirect leads, not over a proxy.
		"--stream-lavf-o-append=protocol_whitelist=http,tcp", "--cookies=no",
		"--demuxer-max-bytes=32MiB", "--demuxer-max-back-bytes=8MiB", // of a stream
	}
}

// Environment is the environment without the names of proxies, which FFmpeg
// would ask for hostd's own streams, with the header that goes with them.
func Environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return strings.HasSuffix(strings.ToLower(name), "_proxy")
	})
}

// audioFormats are FFmpeg's names of the containers that may be opened; a file
// of any other ends with an error. None of them is a list of other files.
func audioFormats() []string {
	return []string{
		"aac", "ac3", "aiff", "amr", "ape", "asf", "au", "caf", "dsf", "dts", "eac3", "flac",
		"matroska", "mov", "mp3", "mpc", "mpc8", "ogg", "tta", "w64", "wav", "wv",
	}
}
