//go:build linux

package mpris

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image/jpeg"
	"net/url"
	"os"
	"path/filepath"
	"slices"
)

const (
	// maxCover and maxCoverSide bound a picture that is passed on, in bytes and in pixels.
	maxCover     = 1 << 20
	maxCoverSide = 4096
	// keptCovers is how many pictures stay: a desktop may read a URL when the next song has begun already.
	keptCovers = 3
)

// covers is the directory of pictures that desktops are pointed to. One goroutine uses it.
type covers struct {
	dir  string   // absolute; empty before open and when there are no covers
	kept []string // file names, the newest last
}

// open makes the directory, for its owner alone, and removes what an earlier run left.
func (c *covers) open(dir string) error {
	if dir == "" {
		return nil
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("find the directory of covers: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the directory of covers: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("close the directory of covers to others: %w", err)
	}
	c.dir = dir
	left, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("look for old covers: %w", err)
	}
	for _, file := range left {
		if file.Type().IsRegular() && filepath.Ext(file.Name()) == ".jpg" {
			_ = os.Remove(filepath.Join(dir, file.Name())) // one that stays is only a file too many
		}
	}
	return nil
}

// put writes a picture and gives its URL. The same picture, as of the songs of an album, has the same one.
func (c *covers) put(picture []byte) (string, error) {
	if len(picture) > maxCover {
		return "", fmt.Errorf("show the cover: %d bytes are more than %d", len(picture), maxCover)
	}
	head, err := jpeg.DecodeConfig(bytes.NewReader(picture))
	if err != nil {
		return "", fmt.Errorf("show the cover: %w", err)
	}
	if max(head.Width, head.Height) > maxCoverSide {
		return "", errors.New("show the cover: it has too many pixels")
	}
	sum := sha256.Sum256(picture)
	name := hex.EncodeToString(sum[:16]) + ".jpg"
	path := filepath.Join(c.dir, name)
	if at := slices.Index(c.kept, name); at >= 0 {
		c.kept = append(slices.Delete(c.kept, at, at+1), name)
	} else {
		if err := os.WriteFile(path, picture, 0o600); err != nil {
			return "", fmt.Errorf("write the cover: %w", err)
		}
		c.kept = append(c.kept, name)
	}
	c.forget(keptCovers)
	return (&url.URL{Scheme: "file", Path: path}).String(), nil
}

// clear removes all pictures.
func (c *covers) clear() { c.forget(0) }

// forget removes all but the newest few.
func (c *covers) forget(most int) {
	for len(c.kept) > most {
		_ = os.Remove(filepath.Join(c.dir, c.kept[0]))
		c.kept = c.kept[1:]
	}
}
