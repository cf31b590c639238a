package player

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestOutputsFromMPV(t *testing.T) {
	list, err := decodeOutputs([]byte(`[{"name":"auto","description":"Autoselect device"},{"name":"pulse/one","description":"Kitchen\u0007 \ud83d\udd0a"},
		{"name":"alsa","description":"Default (alsa)"},{"name":"alsa/upmix","description":"x"},{"name":"alsa/sysdefault:CARD=PCH","description":""},
		{"name":"pcm","description":"a file"},{"name":"pcm/x"},{"name":"sdl"},{"name":"a\nb"},{"name":""},{}]`))
	want := []Output{{"pulse/one", "Kitchen 🔊"}, {"alsa", "Default (alsa)"}, {"alsa/sysdefault:CARD=PCH", "alsa/sysdefault:CARD=PCH"}}
	if err != nil || !slices.Equal(list, want) {
		t.Errorf("got %q, %v, want %q", list, err, want)
	}
	many := "["
	for i := range 500 {
		many += fmt.Sprintf(`{"name":"pulse/%d"},`, i)
	}
	if list, err = decodeOutputs([]byte(many + "{}]")); err != nil || len(list) != maxOutputs {
		t.Errorf("%d of 500 outputs, %v", len(list), err)
	}
	if _, err = decodeOutputs([]byte(`"none"`)); err == nil {
		t.Error("what is no list was read")
	}
}

func TestDeckChoosesAnOutput(t *testing.T) {
	s := newScripted(t)
	said := func(what, want string) {
		t.Helper()
		got := ""
		for len(s.told) > 0 {
			var words []any
			if c := <-s.told; json.Unmarshal([]byte(c), &words) == nil && (slices.Contains(words, "audio-device") || words[0] == "seek") {
				got += fmt.Sprintln(words[1:]...)
			}
		}
		if got != want {
			t.Errorf("%s: told mpv %q, want %q", what, got, want)
		}
	}
	w := aThenB
	s.want(w)
	said("no choice", "")
	w.Output = "pulse/one"
	s.want(w)
	said("before it sounds", "audio-device pulse/one\n")
	s.hears(start(1), restart())
	w.Output = "pulse/two"
	s.want(w)
	said("while it sounds", "audio-device pulse/two\n0 absolute+exact\n")
	for _, bad := range []string{"pcm/x", "a\nb", strings.Repeat("a", maxOutputName+1), "\xff"} {
		w.Output = bad
		s.want(w)
		said("what is none", "")
	}
	w.Output = ""
	s.want(w)
	said("the system's choice", "audio-device auto\n")
}

// An FFmpeg that has no such limiter is no reason to be silent.
func TestDeckDoesWithoutALimiter(t *testing.T) {
	s := newScripted(t)
	if err := s.startProbe(); err != nil {
		t.Fatal(err)
	}
	s.hears(start(1), message{Event: "end-file", EntryID: 1, Reason: "error", FileError: "no audio or video data played"}, start(2), restart())
	if s.output.lost || !s.output.noLimiter {
		t.Errorf("found out %+v", s.output)
	}
	s.loads()
	w := aThenB
	w.Gain, w.Peak, w.NextGain = 9, -4, 9
	s.want(w)
	s.expect("as loud as the peak allows", "replace /a af=lavfi=[volume=4.00dB], append-play /b")
}

func FuzzDecodeOutputs(f *testing.F) {
	f.Add([]byte(`[{"name":"pulse/one","description":"Kitchen"}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := decodeOutputs(data)
		if err != nil {
			return
		}
		for _, o := range list {
			if checkOutput(o.Name) != nil || o.Description == "" || len(o.Description) > maxOutputName || strings.ContainsAny(o.Description, "\n\x00") {
				t.Errorf("an output %q", o)
			}
		}
	})
}
