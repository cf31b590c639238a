package server

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os/exec"
	"runtime"
	"strconv"

	"soul-jam/hostd/library"
	"soul-jam/hostd/player"
	"soul-jam/hostd/session"
	"soul-jam/shared/wire"
)

// trouble makes one; params are names and values in turn.
func trouble(code wire.TroubleCode, text string, params ...string) wire.Trouble {
	t := wire.Trouble{Code: code, Text: text, Params: map[string]string{}}
	for i := 0; i+1 < len(params); i += 2 {
		t.Params[params[i]] = params[i+1]
	}
	return t
}

// troubles is what is wrong right now, what matters most first.
func (s *server) troubles(p library.Progress) []wire.Trouble {
	out := append([]wire.Trouble{}, s.dataTroubles()...)
	out = append(out, soundTroubles(s.player.Warning, s.house.View())...)
	out = append(out, s.musicTroubles(p)...)
	return append(out, s.wayTroubles()...)
}

// soundTroubles are about what is heard; silent says why it is the silent player that plays, if it should not.
func soundTroubles(silent error, v *session.View) []wire.Trouble {
	var out []wire.Trouble
	if silent != nil {
		code := wire.TroublePlayer
		switch {
		case errors.Is(silent, exec.ErrNotFound):
			code = wire.TroubleNoMPV
		case errors.Is(silent, player.ErrNoOutput):
			code = wire.TroubleNoOutput
		}
		out = append(out, trouble(code, silent.Error(), "system", runtime.GOOS, "reason", silent.Error()))
	}
	switch {
	case v.SoundLost:
		out = append(out, trouble(wire.TroubleSoundLost, "Nothing can be heard for now: the audio output is gone, and is tried again every two seconds"))
	case v.OutputAway:
		out = append(out, trouble(wire.TroubleOutputAway, "The chosen output is not there: the music plays where the system puts it, and goes back when it is there again"))
	}
	if v.CannotPlay {
		out = append(out, trouble(wire.TroubleCannotPlay, "The music was paused, because several songs in a row could not be played: press play to try again, or skip"))
	}
	return out
}

// musicTroubles are about what there is to play.
func (s *server) musicTroubles(p library.Progress) []wire.Trouble {
	var out []wire.Trouble
	if s.servers.problem != "" {
		out = append(out, trouble(wire.TroubleServers, s.servers.problem, "reason", s.servers.problem))
	}
	for _, server := range p.Servers {
		if server.Problem != nil {
			out = append(out, trouble(wire.TroubleServer, server.Problem.Error(), "name", server.Name, "reason", server.Problem.Error()))
		}
	}
	for _, folder := range p.Unusable {
		code := wire.TroubleFolder
		switch {
		case errors.Is(folder.Err, fs.ErrNotExist):
			code = wire.TroubleFolderMissing
		case errors.Is(folder.Err, fs.ErrPermission):
			code = wire.TroubleFolderDenied
		}
		out = append(out, trouble(code, folder.Error(), "folder", folder.Dir, "reason", folder.Error()))
	}
	if p.State == library.Idle && p.Tracks == 0 {
		t := trouble(wire.TroubleNoMusic, "There is no music yet: put some into one of the music folders, or name another folder with --music")
		if len(s.cfg.Music) > 0 {
			t.Params["folder"] = s.cfg.Music[0]
		}
		out = append(out, t)
	}
	return out
}

// wayTroubles are about how guests come in.
func (s *server) wayTroubles() []wire.Trouble {
	var out []wire.Trouble
	if s.remote != nil {
		switch st, v := s.remote.Status(), s.house.View(); {
		case st.Problem != "":
			out = append(out, trouble(wire.TroubleSoulServer, st.Problem, "server", s.cfg.Relay, "reason", st.Problem))
		case v.SessionID != "" && st.Claimed != v.ShareCode:
			out = append(out, trouble(wire.TroubleUnclaimed, "The soul-server does not know this jam yet", "server", s.cfg.Relay))
		}
	}
	if _, reachable := s.base(); !reachable && s.remote == nil {
		out = append(out, trouble(wire.TroubleNoAddress, "This machine has no network address that a phone could reach"))
	}
	for _, one := range []struct {
		wanted string
		got    net.Listener
	}{{s.cfg.Listen, s.lan}, {s.cfg.Console, s.console}} {
		if t, taken := portTaken(one.wanted, portOf(one.got)); taken {
			out = append(out, t)
		}
	}
	return out
}

// portTaken tells that a listener is not where it usually is: a rule of the firewall, or a bookmark, does not lead to it.
func portTaken(wanted string, got int) (wire.Trouble, bool) {
	_, text, err := net.SplitHostPort(wanted)
	port, notNumber := strconv.Atoi(text)
	if err != nil || notNumber != nil || port == 0 || port == got {
		return wire.Trouble{}, false
	}
	return trouble(wire.TroublePortTaken, fmt.Sprintf("Another program has port %d, so port %d is used", port, got), "wanted", text, "port", strconv.Itoa(got)), true
}
