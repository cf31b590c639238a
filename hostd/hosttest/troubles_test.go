package hosttest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/library/librarytest"
	"soul-jam/shared/wire"
)

func TestWhatIsWrongIsSaidWithACodeAndForAsLongAsItIs(t *testing.T) {
	t.Parallel()
	music, missing := t.TempDir(), filepath.Join(t.TempDir(), "not here")
	for i := range 5 {
		librarytest.Tone(t, music, librarytest.File{Name: fmt.Sprintf("%d.flac", i), Title: fmt.Sprintf("Song %d", i), Artist: "A", Seconds: 30})
	}
	w := hosttest.New(t, hosttest.Options{Music: []string{music, missing}, Start: "Friday"})
	troubles := func() map[wire.TroubleCode]wire.Trouble {
		t.Helper()
		st, all := w.Status(), map[wire.TroubleCode]wire.Trouble{}
		texts := []string{}
		for _, one := range st.Troubles {
			all[one.Code] = one
			texts = append(texts, one.Text)
		}
		if !slices.Equal(texts, st.Warnings) {
			t.Errorf("the warnings are %q, the troubles %q", st.Warnings, texts)
		}
		return all
	}
	until := func(what string, ok func(map[wire.TroubleCode]wire.Trouble) bool) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); !ok(troubles()); {
			if time.Now().After(deadline) {
				t.Fatalf("%s: %+v", what, troubles())
			}
		}
	}
	has := func(code wire.TroubleCode) func(map[wire.TroubleCode]wire.Trouble) bool {
		return func(all map[wire.TroubleCode]wire.Trouble) bool { _, ok := all[code]; return ok }
	}
	host := w.Host()
	for i := range 5 {
		host.Must(wire.AddTrack{TrackID: w.Track(fmt.Sprintf("Song %d", i))})
	}
	until("the folder is missing", has(wire.TroubleFolderMissing))
	if got := troubles()[wire.TroubleFolderMissing].Params["folder"]; got != missing {
		t.Errorf("the folder is %q", got)
	}
	// Songs in a row that cannot be played pause the music, and the reason stays until somebody does something.
	if err := os.Rename(music, music+" gone"); err != nil {
		t.Fatal(err)
	}
	host.Must(wire.Skip{})
	until("the music rests", has(wire.TroubleCannotPlay))
	if err := os.Rename(music+" gone", music); err != nil {
		t.Fatal(err)
	}
	host.Must(wire.Play{})
	until("the music goes on", func(all map[wire.TroubleCode]wire.Trouble) bool { return !has(wire.TroubleCannotPlay)(all) })
}
