package server

import (
	"time"

	"soul-jam/hostd/library"
	"soul-jam/shared/identity"
	"soul-jam/shared/wire"
)

// status is what the console and `hostd status` show besides the jam itself.
func (s *server) status() wire.ConsoleStatus {
	progress := s.library.Progress()
	st := wire.ConsoleStatus{
		HostName:  s.cfg.Name,
		Player:    wire.PlayerStatus{Name: s.player.Name},
		Library:   s.libraryStatus(progress, time.Now()),
		Warnings:  s.warnings(progress),
		Addresses: s.addresses(),
		Nearby:    s.nearby(),
	}
	v := s.house.View()
	if v.Solo != "" {
		st.Solo = &wire.SoloSession{ShareCode: v.Solo}
	}
	if v.SessionID != "" {
		st.Jam = &wire.ConsoleJam{
			SessionID: v.SessionID, ShareCode: v.ShareCode, URL: s.wholeLink(v.ShareCode), Words: s.words(), TVURL: s.tvLink(v.ShareCode), Name: v.Landing.Name,
			State: v.Landing.State, ParticipantCount: v.Landing.ParticipantCount,
		}
	}
	return st
}

// tvToken lets a screen watch the running jam, whatever its settings. It is made of
// the host's token, so that it stays the same over a restart, and of the jam, so that it ends with it.
func (s *server) tvToken() identity.Secret {
	return identity.Keep(s.token.Prove("tv " + s.house.View().SessionID))
}

// tvLink carries that token in the fragment, which no server sees.
func (s *server) tvLink(shareCode string) string {
	return s.link(shareCode) + "/display" + s.fragment("tv="+s.tvToken().Reveal())
}

// warnings are sentences for the host, about what is wrong right now.
func (s *server) warnings(p library.Progress) []string {
	out := []string{}
	if s.player.Warning != nil {
		out = append(out, s.player.Warning.Error())
	}
	switch v := s.house.View(); {
	case v.SoundLost:
		out = append(out, "Nothing can be heard for now: the audio output is gone, and is tried again every two seconds")
	case v.OutputAway:
		out = append(out, "The chosen output is not there: the music plays where the system puts it, and goes back when it is there again")
	}
	if s.servers.problem != "" {
		out = append(out, s.servers.problem)
	}
	for _, server := range p.Servers {
		if server.Problem != nil {
			out = append(out, server.Problem.Error())
		}
	}
	for _, folder := range p.Unusable {
		out = append(out, folder.Error())
	}
	if p.State == library.Idle && p.Tracks == 0 {
		out = append(out, "There is no music yet: put some into one of the music folders, or name another folder with --music")
	}
	if s.remote != nil {
		switch st, v := s.remote.Status(), s.house.View(); {
		case st.Problem != "":
			out = append(out, st.Problem)
		case v.SessionID != "" && st.Claimed != v.ShareCode:
			out = append(out, "The soul-server does not know this jam yet")
		}
	}
	if _, reachable := s.base(); !reachable && s.remote == nil {
		out = append(out, "This machine has no network address that a phone could reach")
	}
	return out
}
