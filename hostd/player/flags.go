package player

import "strings"

// mpvFlags is how mpv is started. Nothing of the user's mpv set-up is read,
// nothing but the socket can command it, and a file is only ever sound: what a
// media file could make mpv open by itself (a playlist named song.mp3 that
// leads to other files or addresses, a cue sheet, a zip, an HLS list, Matroska
// chapters of other files) is refused. The options exist in mpv 0.33 and later.
func mpvFlags() []string {
	return []string{
		// A player that waits to be told.
		"--no-config", "--idle=yes", "--no-terminal", "--pause=yes",
		"--input-ipc-client=fd://3", // the inherited socket: mpv ends when it closes, also on kill -9 of hostd
		"--audio-client-name=soul-jam",

		// Gapless: the audio device stays open, the next file is opened ahead.
		"--gapless-audio=yes", "--prefetch-playlist=yes",
		"--volume-max=100",

		// Sound only.
		"--no-video", "--no-sub", "--audio-display=no",

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
	}
}

// audioFormats are FFmpeg's names of the containers that may be opened; a file
// of any other ends with an error. None of them is a list of other files.
func audioFormats() []string {
	return []string{
		"aac", "ac3", "aiff", "amr", "ape", "asf", "au", "caf", "dsf", "dts", "eac3", "flac",
		"matroska", "mov", "mp3", "mpc", "mpc8", "ogg", "tta", "w64", "wav", "wv",
	}
}
