package crash

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/hostd/store"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// until waits for what another process brings about, with a bound.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come about that %s", what)
		}
	}
}

// has tells whether the console shows a trouble.
func (d *daemon) has(code wire.TroubleCode) func() bool {
	return func() bool {
		for _, trouble := range d.Status().Troubles {
			if trouble.Code == code {
				return true
			}
		}
		return false
	}
}

// queue is the titles of what plays and what waits, as a page sees it that takes a seat up and knows nothing yet.
func queue(t *testing.T, c *hosttest.Client, token string) string {
	t.Helper()
	var joined wire.Joined
	c.TakeUp(token, nil).Into(t, &joined)
	var titles []string
	for _, item := range joined.Session.Queue[max(0, joined.Session.CurrentIndex):] {
		titles = append(titles, item.TrackInfo.Title)
	}
	return strings.Join(titles, ", ")
}

func TestPromiseTheMusicPlaysOnWhileTheDiskRefuses(t *testing.T) {
	t.Parallel()
	disk := newDisk(t)
	c := config{Data: filepath.Join(disk.dir, "data"), Start: "Friday", Music: music()}
	d := start(t, c)
	host, alice := d.Host(), d.Join("Alice")
	host.Must(wire.UpdateSettings{Settings: []byte(`{"autoplay":false}`)})
	songs := d.Tracks(4)
	for _, f := range []struct {
		errno   syscall.Errno
		kind    error
		trouble wire.TroubleCode
	}{{syscall.ENOSPC, store.ErrDiskFull, wire.TroubleDiskFull}, {syscall.EROFS, store.ErrReadOnly, wire.TroubleNotSaved}, {syscall.EIO, store.ErrDisk, wire.TroubleNotSaved}} {
		// Two songs end while the disk refuses, the second of which it has never heard of.
		for _, track := range []string{songs[0], d.Track(hosttest.Short), songs[1]} {
			host.Must(wire.AddTrack{TrackID: track})
		}
		host.Must(wire.Seek{PositionMS: hosttest.FirstLength*1000 - 800})
		var refused atomic.Int64
		disk.set(func(o op) syscall.Errno {
			if o.Kind == opSync || o.Kind == opWrite {
				refused.Add(1)
			}
			return f.errno
		})
		refusal := alice.Refused(wire.AddTrack{TrackID: songs[2]}, wire.CodeInternal)
		if want := store.Unsaved(f.kind); refusal.Message != want {
			t.Errorf("%v: alice is told %q, want %q", f.errno, refusal.Message, want)
		}
		until(t, "the console says it", d.has(f.trouble))
		alice.Must(wire.Search{Q: "song"})
		d.Ask("GET", d.LAN+"/api/jam/sessions/"+d.Code, "", "").Want(200)
		d.Ask("GET", d.LAN+"/api/jam/sessions/"+d.Code+"/search?q=song", alice.Resume, "").Want(200)
		alice.Drop()
		alice, _ = d.Return(alice)
		anew := d.Guest()
		if got := queue(t, anew, alice.Resume); !strings.HasPrefix(got, "Song 01") {
			t.Errorf("%v: who loads the page anew sees %q", f.errno, got)
		}
		alice = anew
		tries := refused.Load()
		until(t, "both songs are over by the clock", func() bool { return refused.Load() >= tries+4 }) // once a second
		disk.set(nil)
		playing := host.ExpectWhere("now_playing", "Song 02")
		var on wire.Playback
		for on.PositionMS < 500 { // the player's word about where it is comes within a second
			host.Expect("playback").Into(t, &on)
		}
		until(t, "the trouble is over", func() bool { return !d.has(f.trouble)() })
		proof.Show(t, fmt.Sprintf("the music plays on, song after song, while the disk says %q", f.errno.Error()),
			fmt.Sprintf("%d writes refused; a second song further, %.1f s into it, when the disk works again", refused.Load(), float64(on.PositionMS)/1000), "the next songs play, all is saved afterwards", on.Playing && playing.Seq > 0)
		host.Must(wire.Skip{})
	}
	alice.Must(wire.AddTrack{TrackID: songs[3]})
	if err := d.end(t, syscall.SIGKILL); err == nil {
		t.Error("killed, and yet it ended well")
	}
	again := start(t, c)
	if got := queue(t, again.Guest(), alice.Resume); got != "Song 04" {
		t.Errorf("started again it has %q", got)
	}
}
