package server

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"soul-jam/hostd/store"
	"soul-jam/shared/wire"
)

func TestWhyNothingIsSaved(t *testing.T) {
	t.Parallel()
	for want, err := range map[wire.TroubleCode]error{
		wire.TroubleDiskFull: fmt.Errorf("write the jam: %w", store.ErrDiskFull),
		wire.TroubleDataAway: fmt.Errorf("write the jam: %w", store.ErrAway),
		wire.TroubleNotSaved: fmt.Errorf("write the jam: %w", store.ErrReadOnly),
	} {
		got, so := diskTrouble(err, "/data")
		if !so || got.Code != want || got.Text == "" || got.Params["folder"] != "/data" {
			t.Errorf("%v: %+v", err, got)
		}
	}
	if got, so := diskTrouble(errors.New("runtime error: nil pointer"), "/data"); !so || got.Params["reason"] != "the host's disk fails" {
		t.Errorf("%+v", got)
	}
	if got, so := diskTrouble(nil, "/data"); so {
		t.Errorf("all is well: %+v", got)
	}
}

func TestWhatHappenedToTheDataFileIsSaid(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 20, 0, 0, 0, time.FixedZone("", 3600))
	for want, start := range map[wire.TroubleCode]store.Start{
		wire.TroubleDataLost:     {Damage: "a page is gone", Kept: "/data/jam.db.damaged"},
		wire.TroubleDataRestored: {Damage: "a page is gone", Kept: "/data/jam.db.damaged", Restored: at},
	} {
		got, so := startTrouble(start)
		if !so || got.Code != want || got.Text == "" || got.Params["kept"] != "/data/jam.db.damaged" || got.Params["reason"] != "a page is gone" {
			t.Errorf("%+v: %+v", start, got)
		}
		if want == wire.TroubleDataRestored && got.Params["at"] != "2026-03-01T19:00:00Z" {
			t.Errorf("restored: %+v", got)
		}
	}
	if got, so := startTrouble(store.Start{}); so {
		t.Errorf("all is well: %+v", got)
	}
}
