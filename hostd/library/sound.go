package library

import (
	"errors"
	"time"
)

const (
	// maxDuration is the longest music we believe in. A header that claims
	// more lies. 24 h holds every audio book.
	maxDuration = 24 * time.Hour
	// maxPicture is the biggest cover we look at, in bytes as stored. A bigger
	// one is as good as none.
	maxPicture = 5 << 20
	// maxTagText is the longest text field handed to the tag library, in
	// bytes as stored. A longer field is left out.
	maxTagText = 16 << 10
)

var (
	errNotMusic = errors.New("it is not music in a format that can be read")
	errEmpty    = errors.New("the file is empty")
	errNoLength = errors.New("its length cannot be told")
	errTwoHeads = errors.New("its headers stand there twice, which the player cannot read")
	errTooLong  = errors.New("its header claims a length of more than a day")
)

// sound is what the parsers find in a file.
type sound struct {
	duration time.Duration
	tags     []byte // a small stream for the tag library; nil: no tags
	hasArt   bool   // a picture of acceptable size and kind is embedded
	picture  []byte // its bytes, when they were asked for
	facts    facts  // what the tags say beside the texts
}

// parse tells what kind of file it is by its first bytes, never by its name,
// and reads length and tags. With wantPicture the picture's bytes come too.
func parse(p *probe, wantPicture bool) (sound, error) {
	if p.size == 0 {
		return sound{}, errEmpty
	}
	head, err := p.upTo(0, 12)
	if err != nil {
		return sound{}, err
	}
	if len(head) < 12 {
		return sound{}, errCutOff
	}
	s, err := parseKind(p, string(head), wantPicture)
	switch {
	case err != nil:
		return sound{}, err
	case s.duration <= 0:
		return sound{}, errNoLength
	case s.duration > maxDuration:
		return sound{}, errTooLong
	}
	return s, nil
}

func parseKind(p *probe, head string, wantPicture bool) (sound, error) {
	switch {
	case head[:4] == "fLaC":
		return parseFLAC(p, 0, wantPicture)
	case head[:4] == "OggS":
		return parseOgg(p, wantPicture)
	case head[4:8] == "ftyp":
		return parseMP4(p, wantPicture)
	default:
		return parseMP3(p, wantPicture)
	}
}

// samples gives the time that n samples take at rate samples a second.
func samples(n, rate uint64) time.Duration {
	if rate == 0 || n/rate > uint64(2*maxDuration/time.Second) {
		return 2 * maxDuration // more than maxDuration: parse refuses it
	}
	return time.Duration(n/rate)*time.Second + time.Duration(n%rate*uint64(time.Second)/rate)
}

// isPicture tells by the first bytes whether b is a picture that art.go reads.
func isPicture(b []byte) bool {
	return pictureKind(b) != ""
}

func pictureKind(b []byte) string {
	switch {
	case len(b) > 3 && b[0] == 0xFF && b[1] == 0xD8 && b[2] == 0xFF:
		return "jpeg"
	case len(b) > 8 && string(b[:8]) == "\x89PNG\r\n\x1a\n":
		return "png"
	}
	return ""
}
