//go:build linux

package mpris

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/godbus/dbus/v5"
)

const (
	// maxText is the longest text that goes out, in characters; longer ones are cut.
	maxText = 300
	// maxTrackName is the longest item id that becomes a path as it is, in bytes; of longer ones the hash does.
	maxTrackName = 64
	// trackFolder is where the paths of items stand. The specification keeps /org/mpris to itself.
	trackFolder = "/soul_jam/item/"
)

// at is the position at an instant.
func (n Now) at(t time.Time) time.Duration {
	position := n.Position
	if n.Playing && !n.At.IsZero() {
		position += t.Sub(n.At)
	}
	if n.Length > 0 {
		position = min(position, n.Length)
	}
	return max(0, position)
}

// shown is what the desktop sees at an instant.
type shown struct {
	now   Now
	cover string // URL; empty when there is none
	at    time.Time
	raise bool
}

func (s shown) any() bool        { return s.now.ItemID != "" }
func (s shown) controlled() bool { return s.now.CanControl && s.any() }
func (s shown) canNext() bool    { return s.now.CanControl && s.now.HasNext }
func (s shown) canPlay() bool    { return s.controlled() || s.canNext() }

// status is PlaybackStatus.
func (s shown) status() string {
	switch {
	case !s.any():
		return "Stopped"
	case s.now.Playing:
		return "Playing"
	default:
		return "Paused"
	}
}

// metadata is Metadata: nothing at all without an item, and no key without a value.
func (s shown) metadata() map[string]dbus.Variant {
	m := map[string]dbus.Variant{}
	if !s.any() {
		return m
	}
	m["mpris:trackid"] = dbus.MakeVariant(trackPath(s.now.ItemID))
	if s.now.Length > 0 {
		m["mpris:length"] = dbus.MakeVariant(s.now.Length.Microseconds())
	}
	if s.cover != "" {
		m["mpris:artUrl"] = dbus.MakeVariant(s.cover)
	}
	one := func(key, text string) {
		if text = plain(text); text != "" {
			m[key] = dbus.MakeVariant(text)
		}
	}
	list := func(key, text string) {
		if text = plain(text); text != "" {
			m[key] = dbus.MakeVariant([]string{text})
		}
	}
	one("xesam:title", s.now.Title)
	one("xesam:album", s.now.Album)
	list("xesam:artist", s.now.Artist)
	list("xesam:comment", s.now.JamName)
	return m
}

// trackPath makes an object path of an item's id, another for every id.
func trackPath(item string) dbus.ObjectPath {
	if len(item) > maxTrackName {
		sum := sha256.Sum256([]byte(item))
		return dbus.ObjectPath(trackFolder + "__" + hex.EncodeToString(sum[:]))
	}
	var path strings.Builder
	path.WriteString(trackFolder)
	for _, b := range []byte(item) {
		switch {
		case 'a' <= b && b <= 'z', 'A' <= b && b <= 'Z', '0' <= b && b <= '9':
			path.WriteByte(b)
		default:
			path.WriteString("_" + hex.EncodeToString([]byte{b}))
		}
	}
	return dbus.ObjectPath(path.String())
}

// plain makes a text fit for the bus, which ends connections that send bad UTF-8 or a zero byte.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
	if letters := []rune(text); len(letters) > maxText {
		text = string(letters[:maxText])
	}
	return text
}

// volume is Volume, of a percentage.
func volume(percent int) float64 { return float64(min(max(percent, 0), 100)) / 100 }

// percent reads a volume from the bus. As the specification wants it, less than nothing is nothing; there is no more than everything.
func percent(volume float64) (int, bool) {
	if math.IsNaN(volume) {
		return 0, false
	}
	return int(math.Round(min(max(volume, 0), 1) * 100)), true
}

// moved adds an offset in µs to a position, and says whether that is beyond the end of the item.
func moved(now Now, at time.Time, offset int64) (position time.Duration, beyond bool) {
	const most = int64(24 * time.Hour / time.Microsecond) // no song is longer; a product with it does not overflow
	position = now.at(at) + time.Duration(min(max(offset, -most), most))*time.Microsecond
	return max(0, position), now.Length > 0 && position > now.Length
}
