package server

import (
	"time"

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
		Troubles:  s.troubles(progress),
		Addresses: s.addresses(),
		Nearby:    s.nearby(),
	}
	st.Warnings = make([]string, len(st.Troubles))
	for i, t := range st.Troubles {
		st.Warnings[i] = t.Text
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
