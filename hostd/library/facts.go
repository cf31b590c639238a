package library

import (
	"math"
	"strconv"
	"strings"
)

const (
	// maxFact is the longest value of a tag that is looked at, in bytes, for what
	// is no text to be read: a number, an id, a genre. A longer one is none.
	maxFact = 1 << 10
	// maxGainDB and maxLouderDB are the most that a tag may ask for, in dB down and
	// up. Music that needs more is rare, and hurts when the tag lies: then it is
	// measured. maxPeak is the highest peak believed, 1 being full scale.
	maxGainDB   = 40
	maxLouderDB = 12
	maxPeak     = 16
	// r128Reference is how much louder ReplayGain 2 wants music than the R128 tags
	// of Opus do, in dB: -18 LUFS instead of -23 (RFC 7845 section 5.2.1).
	r128Reference = 5
	// minYear and maxYear bound the years that are believed.
	minYear, maxYear = 1860, 2200
)

// facts are what the tags say beside the texts that a listener reads.
type facts struct {
	albumArtist string
	genres      []string
	year        int // 0: not said; the first release's where both are said
	explicit    bool
	recording   string // MusicBrainz id of the recording, empty: not said
	lossless    bool
	loud        loudness

	first, r128 bool // year is the first release's; the gain is from an R128 tag
}

// take notes a field by the name that it has in Vorbis comments, in small
// letters. The other formats' names are brought to those by their parsers.
func (f *facts) take(name, value string) {
	if len(value) > maxFact {
		return
	}
	switch name {
	case "albumartist", "album artist":
		if f.albumArtist == "" {
			f.albumArtist = cleanText(value)
		}
	case "genre":
		f.genres = addGenre(f.genres, value)
	case "originaldate", "originalyear":
		if y := parseYear(value); y != 0 {
			f.year, f.first = y, true
		}
	case "date", "year":
		if y := parseYear(value); y != 0 && !f.first {
			f.year = y
		}
	case "itunesadvisory":
		v := strings.TrimSpace(value)
		f.explicit = f.explicit || v == "1" || v == "4" // 2 says that it was made clean
	case "musicbrainz_trackid": // for historical reasons the recording has this name
		if id := strings.ToLower(strings.TrimSpace(value)); isUUID(id) {
			f.recording = id
		}
	default:
		f.takeGain(name, value)
	}
}

func (f *facts) takeGain(name, value string) {
	switch name {
	case "replaygain_track_gain":
		if db, ok := parseGain(value); ok && !f.r128 {
			f.loud.setGain(db)
		}
	case "replaygain_track_peak":
		if p, ok := parseNumber(value); ok && p > 0 && p <= maxPeak {
			f.loud.setPeak(20 * math.Log10(p))
		}
	case "r128_track_gain": // Q7.8: 256 is one dB
		n, err := strconv.ParseInt(strings.TrimSpace(value), 10, 16)
		if db := float64(n)/256 + r128Reference; err == nil && believable(db) {
			f.loud.setGain(db)
			f.r128 = true
		}
	}
}

// parseGain reads "-7.89 dB".
func parseGain(s string) (db float64, ok bool) {
	s = strings.TrimSpace(s)
	if n := len(s) - 2; n > 0 && strings.EqualFold(s[n:], "dB") {
		s = s[:n]
	}
	db, ok = parseNumber(s)
	return db, ok && believable(db)
}

// believable tells gains that are not rather measured than believed.
func believable(db float64) bool { return db >= -maxGainDB && db <= maxLouderDB }

// parseNumber reads a plain decimal number. A comma is taken for a point, as
// some programs write what their user's language has.
func parseNumber(s string) (float64, bool) {
	s = strings.Replace(strings.TrimSpace(s), ",", ".", 1)
	if s == "" || len(s) > 24 || strings.Trim(s, "+-.0123456789") != "" {
		return 0, false // no NaN, no infinity, no exponents
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// parseYear gives the first four digits in a row that can be a year.
func parseYear(s string) int {
	for i := 0; i < len(s); {
		n := digits(s[i:])
		if n == 4 || n == 8 { // 1979-05-01, 19790501
			if y, _ := strconv.Atoi(s[i : i+4]); y >= minYear && y <= maxYear {
				return y
			}
		}
		i += n + 1
	}
	return 0
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}
