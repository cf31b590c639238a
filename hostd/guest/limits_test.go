package guest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"soul-jam/shared/wire"
)

// songs is a library in which every song has a name.
type songs struct{}

func (songs) Search(q string, limit int) []wire.TrackInfo {
	var found []wire.TrackInfo
	for i := range limit {
		found = append(found, wire.TrackInfo{TrackID: fmt.Sprint("t", i), Title: q})
	}
	return found
}
func (songs) Cover(string, bool) (string, []byte, bool) { return "", nil, false }

func TestFramesStayWithinTheLimit(t *testing.T) {
	message := func(size int) []byte { return []byte(`"` + strings.Repeat("x", size-2) + `"`) }
	for what, sizes := range map[string][]int{
		"none": nil, "one": {10}, "some": {10, 20, 30}, "half and half": {wire.MaxHostFrame / 2, wire.MaxHostFrame / 2, wire.MaxHostFrame / 2},
		"just fits": {wire.MaxHostFrame/2 - 2, wire.MaxHostFrame/2 - 2, 10}, "one too large": {10, wire.MaxHostFrame + 10, 10}, "many": make([]int, 200),
	} {
		var all []byte
		var messages [][]byte
		for _, size := range sizes {
			if size == 0 {
				size = wire.MaxArtData
			}
			messages = append(messages, message(size))
			all = append(all, message(size)...)
		}
		var got []byte
		for _, frame := range frames(messages) {
			var parts []json.RawMessage
			if frame[0] != '[' {
				parts = []json.RawMessage{frame}
			} else if err := json.Unmarshal(frame, &parts); err != nil || len(parts) < 2 {
				t.Errorf("%s: a frame of %d parts, %v", what, len(parts), err)
			}
			if len(frame) > wire.MaxHostFrame && len(parts) > 1 {
				t.Errorf("%s: a frame of %d bytes", what, len(frame))
			}
			for _, p := range parts {
				got = append(got, p...)
			}
		}
		if string(got) != string(all) {
			t.Errorf("%s: the messages are not the same", what)
		}
	}
}

func TestSearchLimits(t *testing.T) {
	for _, c := range []struct {
		q           string
		limit, want int // -1 = refused
	}{
		{"", 0, 20}, {"x", 1, 1}, {"x", 50, 50}, {"x", 51, 50}, {"x", 1 << 40, 50}, {"x", -1, -1},
		{strings.Repeat("ü", 200), 5, 5}, {strings.Repeat("ü", 201), 5, -1},
	} {
		found, refusal := (&Door{}).Search(songs{}, c.q, c.limit)
		if (refusal != nil) != (c.want < 0) || (refusal == nil && len(found) != c.want) {
			t.Errorf("limit %d of %.5q: %d found, %v; want %d", c.limit, c.q, len(found), refusal, c.want)
		}
	}
	if found, refusal := (&Door{}).Search(empty{}, "x", 5); refusal != nil || found == nil {
		t.Errorf("nothing found is %v (%v), want an empty list that is not null", found, refusal)
	}
}

// empty is a library without music.
type empty struct{ songs }

func (empty) Search(string, int) []wire.TrackInfo { return nil }
