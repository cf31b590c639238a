// Command fakeserver is an OpenSubsonic server for tests that need one in a process of its own: the files of a folder, user
// alex, with tags as ffprobe reads them.
//
//	go run ./hostd/subsonic/subsonictest/fakeserver DIR PASSWORD [QUIRKS]
//
// It prints its address, and serves on loopback until it is ended. QUIRKS is JSON: {"NoRanges":true}.
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"soul-jam/hostd/subsonic/subsonictest"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fakeserver:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("it takes DIR PASSWORD [QUIRKS]")
	}
	cfg := subsonictest.Config{User: "alex", Password: args[1]}
	if len(args) > 2 {
		if err := json.Unmarshal([]byte(args[2]), &cfg.Quirks); err != nil {
			return fmt.Errorf("read the quirks: %w", err)
		}
	}
	err := filepath.WalkDir(args[0], func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		if song, ok := describe(path); ok {
			song.ID = fmt.Sprintf("song-%d", len(cfg.Songs)+1)
			cfg.Songs = append(cfg.Songs, song)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for songs: %w", err)
	}
	all := subsonictest.Playlist{ID: "all", Name: "All there is"}
	for _, s := range cfg.Songs {
		all.Songs = append(all.Songs, s.ID)
	}
	cfg.Playlists = []subsonictest.Playlist{all}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open a port: %w", err)
	}
	fmt.Printf("http://%s\n", l.Addr())
	server := http.Server{Handler: subsonictest.NewHandler(cfg), ReadHeaderTimeout: 5 * time.Second}
	return server.Serve(l)
}

// describe reads a file's tags; false for what is no song.
func describe(path string) (subsonictest.Song, bool) {
	out, err := exec.Command("ffprobe", "-v", "error", "-of", "json", "-show_entries", "format=duration:format_tags:stream=codec_type:stream_tags", "file:"+path).Output()
	var probed struct {
		Format struct {
			Duration string            `json:"duration"`
			Tags     map[string]string `json:"tags"`
		} `json:"format"`
		Streams []struct {
			Kind string            `json:"codec_type"`
			Tags map[string]string `json:"tags"` // of Ogg
		} `json:"streams"`
	}
	if err != nil || json.Unmarshal(out, &probed) != nil || len(probed.Streams) == 0 || probed.Streams[0].Kind != "audio" {
		return subsonictest.Song{}, false
	}
	tag := func(names ...string) string {
		for _, name := range names {
			for _, tags := range []map[string]string{probed.Format.Tags, probed.Streams[0].Tags} {
				if tags[name] != "" {
					return tags[name]
				}
			}
		}
		return ""
	}
	seconds, _ := strconv.ParseFloat(probed.Format.Duration, 64)
	year, _ := strconv.Atoi(tag("date", "DATE"))
	return subsonictest.Song{
		File: path, Title: tag("title", "TITLE"), Artist: tag("artist", "ARTIST"), Album: tag("album", "ALBUM"), AlbumID: "al-" + tag("album", "ALBUM"),
		Genre: tag("genre", "GENRE"), Year: year, Seconds: int(seconds), Created: time.Now().UTC().Format(time.RFC3339),
	}, true
}
