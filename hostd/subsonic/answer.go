package subsonic

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	// maxDepth is how deep the JSON of an answer may be nested; real ones have 7.
	maxDepth = 24
	// maxItems is how many songs, albums or playlists one answer may hold: a playlist is not paged.
	maxItems = 20_000
	// maxText bounds one text, in bytes; the rest is cut off.
	maxText = 2048
)

// answer is "subsonic-response", with all that we ask for. What is not asked for is not in an answer.
type answer struct {
	Status        text            `json:"status"`
	Version       text            `json:"version"`
	Type          text            `json:"type"`
	ServerVersion text            `json:"serverVersion"`
	OpenSubsonic  flag            `json:"openSubsonic"`
	Error         *apiError       `json:"error"`
	Extensions    list[extension] `json:"openSubsonicExtensions"`

	Found     part[songs]     `json:"searchResult3"`
	AlbumList part[albums]    `json:"albumList2"`
	Album     part[songs]     `json:"album"`
	Playlists part[playlists] `json:"playlists"`
	Playlist  part[entries]   `json:"playlist"`
}

type songs struct {
	Song list[child] `json:"song"`
}

type albums struct {
	Album list[albumID] `json:"album"`
}

type playlists struct {
	Playlist list[playlist] `json:"playlist"`
}

type entries struct {
	Entry list[child] `json:"entry"`
}

type apiError struct {
	Code    number `json:"code"`
	Message text   `json:"message"`
}

type extension struct {
	Name text `json:"name"`
}

type albumID struct {
	ID text `json:"id"`
}

type playlist struct {
	ID   text `json:"id"`
	Name text `json:"name"`
}

// child is what the API calls a song, or whatever else lies in a folder.
type child struct {
	ID                 text       `json:"id"`
	IsDir              flag       `json:"isDir"`
	IsVideo            flag       `json:"isVideo"`
	Type               text       `json:"type"`
	MediaType          text       `json:"mediaType"`
	ContentType        text       `json:"contentType"`
	Title              text       `json:"title"`
	Path               text       `json:"path"`
	Artist             text       `json:"artist"`
	DisplayArtist      text       `json:"displayArtist"`
	Album              text       `json:"album"`
	AlbumArtist        text       `json:"albumArtist"`
	DisplayAlbumArtist text       `json:"displayAlbumArtist"`
	AlbumArtists       list[name] `json:"albumArtists"`
	Genre              text       `json:"genre"`
	Genres             list[name] `json:"genres"`
	Year               number     `json:"year"`
	Duration           number     `json:"duration"` // seconds
	CoverArt           text       `json:"coverArt"`
	Created            text       `json:"created"`
	MusicBrainzID      text       `json:"musicBrainzId"`
	ExplicitStatus     text       `json:"explicitStatus"`
	ReplayGain         *gain      `json:"replayGain"`
}

type name struct {
	Name text `json:"name"`
}

type gain struct {
	TrackGain *number `json:"trackGain"` // dB
	TrackPeak *number `json:"trackPeak"` // 1 = full scale
}

func (a *answer) offers(extension string) bool {
	for _, e := range a.Extensions {
		if string(e.Name) == extension {
			return true
		}
	}
	return false
}

// decode reads an answer.
func decode(body []byte) (*answer, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	if err := checkDepth(body); err != nil {
		return nil, err
	}
	var document struct {
		Response *answer `json:"subsonic-response"`
	}
	if err := json.Unmarshal(body, &document); err != nil {
		if errors.Is(err, errTooMany) {
			return nil, errTooMany
		}
		return nil, errors.New("its JSON cannot be read") // the decoder's own words quote it
	}
	if document.Response == nil {
		return nil, errors.New("no subsonic-response in it")
	}
	return document.Response, nil
}

// checkDepth goes over the brackets before a decoder does, which would recurse.
func checkDepth(body []byte) error {
	if first := bytes.TrimLeft(body, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		return errors.New("it is no JSON")
	}
	depth, quoted, escaped := 0, false, false
	for _, b := range body {
		switch {
		case escaped:
			escaped = false
		case quoted && b == '\\':
			escaped = true
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == '{', b == '[':
			if depth++; depth > maxDepth {
				return errors.New("its JSON is nested too deeply")
			}
		case b == '}', b == ']':
			depth--
		}
	}
	return nil
}

var errTooMany = fmt.Errorf("more than %d items in one answer", maxItems)

// list is an array, of maxItems at most. Servers that make their JSON of XML write a single item without brackets,
// and none as an empty text.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (l *list[T]) UnmarshalJSON(b []byte) error {
	*l = nil
	switch b[0] {
	case '[':
	case '{':
		var one T
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		*l = list[T]{one}
		return nil
	default:
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(b))
	if _, err := decoder.Token(); err != nil {
		return err
	}
	for decoder.More() {
		if len(*l) == maxItems {
			return errTooMany
		}
		var one T
		if err := decoder.Decode(&one); err != nil {
			return err
		}
		*l = append(*l, one)
	}
	*l = slices.Clip(*l)
	return nil
}

// part is an object, or what some servers write where it is empty: a text, an array, null.
type part[T any] struct{ of T }

// UnmarshalJSON implements json.Unmarshaler.
func (p *part[T]) UnmarshalJSON(b []byte) error {
	if b[0] != '{' {
		return nil
	}
	return json.Unmarshal(b, &p.of)
}

// text is a string, or what some servers write instead: ids as numbers.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(b []byte) error {
	*t = ""
	switch b[0] {
	case '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		if len(s) > maxText {
			s = strings.ToValidUTF8(s[:maxText], "")
		}
		*t = text(strings.Clone(s))
	case '{', '[', 'n':
	default: // a number, true, false
		if len(b) <= maxText {
			*t = text(b)
		}
	}
	return nil
}

// number is a number, perhaps within quotes; anything else, also what is not finite, is 0.
type number float64

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(b []byte) error {
	*n = 0
	value, err := strconv.ParseFloat(strings.Trim(string(b[:min(len(b), 64)]), `"`), 64)
	if err == nil && !math.IsInf(value, 0) && !math.IsNaN(value) {
		*n = number(value)
	}
	return nil
}

// int gives the number as a small whole one, 0 beyond.
func (n number) int() int {
	if math.Abs(float64(n)) > 1<<31 {
		return 0
	}
	return int(n)
}

// flag is true or "true".
type flag bool

// UnmarshalJSON implements json.Unmarshaler.
func (f *flag) UnmarshalJSON(b []byte) error {
	*f = strings.Trim(string(b[:min(len(b), 16)]), `"`) == "true"
	return nil
}
