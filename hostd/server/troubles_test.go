package server

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"testing"

	"soul-jam/hostd/player"
	"soul-jam/hostd/session"
	"soul-jam/shared/wire"
)

func TestAPortThatIsNotTheUsualOneIsSaid(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		wanted string
		got    int
		want   bool
	}{{":7420", 7420, false}, {":7420", 7422, true}, {"127.0.0.1:7421", 7423, true}, {"127.0.0.1:0", 4711, false}, {"nonsense", 1, false}} {
		got, taken := portTaken(one.wanted, one.got)
		if taken != one.want || (taken && (got.Code != wire.TroublePortTaken || got.Text == "" || got.Params["port"] != fmt.Sprint(one.got))) {
			t.Errorf("%s at %d: %+v, %v", one.wanted, one.got, got, taken)
		}
	}
}

func TestWhyNothingIsHeard(t *testing.T) {
	t.Parallel()
	for want, err := range map[wire.TroubleCode]error{
		wire.TroubleNoMPV:    fmt.Errorf("the silent player is used: %w", &exec.Error{Name: "mpv", Err: exec.ErrNotFound}),
		wire.TroubleNoOutput: fmt.Errorf("the silent player is used: %w", player.ErrNoOutput),
		wire.TroublePlayer:   errors.New("the silent player is used: mpv is broken"),
	} {
		got := soundTroubles(err, &session.View{})
		if len(got) != 1 || got[0].Code != want || got[0].Text != err.Error() || got[0].Params["system"] != runtime.GOOS {
			t.Errorf("%v: %+v", err, got)
		}
	}
	for want, v := range map[wire.TroubleCode]session.View{
		wire.TroubleSoundLost: {SoundLost: true, OutputAway: true}, wire.TroubleOutputAway: {OutputAway: true}, wire.TroubleCannotPlay: {CannotPlay: true},
	} {
		if got := soundTroubles(nil, &v); len(got) != 1 || got[0].Code != want {
			t.Errorf("want %s: %+v", want, got)
		}
	}
	if got := soundTroubles(nil, &session.View{}); len(got) != 0 {
		t.Errorf("all is well: %+v", got)
	}
}
