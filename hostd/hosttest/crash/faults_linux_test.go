package crash

import (
	"fmt"
	"slices"
	"syscall"
	"testing"

	"soul-jam/hostd/store"
	"soul-jam/shared/proof"
)

// fault is one thing that a disk says, at the nth op of a kind, once or from then on.
type fault struct {
	kind  string
	errno syscall.Errno
	stays bool
}

func (f fault) String() string {
	how := "once"
	if f.stays {
		how = "and from then on"
	}
	return fmt.Sprintf("%v at a %s %s", f.errno, f.kind, how)
}

// nth makes the disk say it; tripped tells whether it did. What changes nothing is never refused.
func (f fault) nth(n int, tripped *bool) func(op) syscall.Errno {
	return func(o op) syscall.Errno {
		if o.File != store.FileName {
			return 0
		}
		if *tripped && f.stays && o.Kind != opOther {
			return f.errno
		}
		if o.Kind == f.kind {
			if n--; n == -1 {
				*tripped = true
				return f.errno
			}
		}
		return 0
	}
}

func TestPromiseEveryWriteAndSyncOfACommitMayFail(t *testing.T) {
	seed := seed(t)
	var faults []fault
	for _, kind := range []string{opWrite, opSync, opTruncate} {
		for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EIO, syscall.EROFS} {
			faults = append(faults, fault{kind, errno, false}, fault{kind, errno, true})
		}
	}
	tried, inDoubt, wrong := 0, 0, 0
	for _, f := range faults {
		n, d := tries(t, seed, f)
		tried, inDoubt = tried+n, inDoubt+d
		if t.Failed() {
			wrong++
		}
	}
	proof.Show(t, "a full, read-only or failing disk at any write or sync of a commit: an error that says so, what was there stays, and the next write works",
		fmt.Sprintf("%d places of 18 kinds of fault, of which %d were on disk after all, %d kinds wrong", tried, inDoubt, wrong), "every place, 0 wrong", tried >= 100 && wrong == 0)
}

// tries commits the script, and lets each op of that kind of every commit fail before it works.
func tries(t *testing.T, seed uint64, f fault) (tried, inDoubt int) {
	t.Helper()
	d, w := newDisk(t), newWriter(t)
	w.must(order{Do: "open", Dir: d.dir, Seed: seed})
	steps := script(seed)
	before := held{Plays: map[string]uint32{}}
	commits := 6 // the file grows in the first few
	if proof.Whole() {
		commits = batches
	}
	for n := range commits {
		for place, there := 0, false; !there; place++ {
			tripped := false
			d.set(f.nth(place, &tripped))
			r := w.do(order{Do: "commit", N: n})
			got := w.must(order{Do: "read"}).Held // reading goes on while the disk refuses
			d.set(nil)
			there = got.key() == steps[n].after.key()
			switch {
			case !tripped && (r.Err != "" || !there):
				t.Fatalf("%v, batch %d: %q without any fault", f, n, r.Err)
			case tripped && r.Err == "":
				t.Errorf("%v, batch %d, place %d: acknowledged", f, n, place)
			case !there && got.key() != before.key():
				t.Errorf("%v, batch %d, place %d: neither as before nor as after", f, n, place)
			case tripped && !slices.Contains(r.Kinds, map[syscall.Errno]string{syscall.ENOSPC: "full", syscall.EIO: "disk", syscall.EROFS: "read-only"}[f.errno]):
				t.Errorf("%v, batch %d, place %d: the error is %q (%v)", f, n, place, r.Err, r.Kinds)
			}
			if tripped {
				tried++
			}
			if tripped && there {
				inDoubt++
				w.must(order{Do: "commit", N: nothing})
			}
		}
		before = steps[n].after
	}
	w.must(order{Do: "close"})
	w.must(order{Do: "open", Dir: d.dir, Seed: seed})
	if got := w.must(order{Do: "read"}).Held; got.key() != before.key() {
		t.Errorf("%v: opened again the file holds something else", f)
	}
	w.must(order{Do: "close"})
	return tried, inDoubt
}
