package remote

import (
	"soul-jam/hostd/invitation"
	"soul-jam/hostd/link/relayed"
	"soul-jam/hostd/link/rtc"
	"soul-jam/hostd/session"
	"soul-jam/shared/wire"
)

// meeting is where the guests of one jam come in.
type meeting struct {
	*invitation.Invitation
	pipes *relayed.Host
	calls *rtc.Host // nil = there are no direct paths
}

// meet gives the running jam's meeting, which is made when it is first asked for.
func (r *Remote) meet(v *session.View) (*meeting, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.meeting != nil && r.meeting.Session == v.SessionID {
		return r.meeting, nil
	}
	inv, err := r.cfg.Book.Of(v.SessionID, v.ShareCode)
	if err != nil {
		return nil, err
	}
	r.retire(&meeting{Invitation: inv, pipes: relayed.NewHost(inv.Bundle, inv.Seal, inv.Join), calls: r.listen(inv.Certificate)})
	return r.meeting, nil
}

// listen opens what the jam's data channels come in by. A port that is taken costs the direct paths, not the jam.
func (r *Remote) listen(certificate *rtc.Certificate) *rtc.Host {
	if r.cfg.WebRTC == "" {
		return nil
	}
	calls, err := r.cfg.Listen(rtc.Config{
		Listen: r.cfg.WebRTC, Certificate: certificate, Limit: wire.MaxClientFrame, ResolveNames: r.cfg.MDNS, Loopback: r.cfg.Loopback, Log: r.cfg.Log,
		MaxCalls: r.cfg.MaxCalls, Made: r.cfg.Door.Counts.PeerConnection,
	})
	if err != nil {
		r.cfg.Log.Warn("guests from elsewhere get no direct path", "error", err)
		return nil
	}
	return calls
}

// retire puts another meeting in the place of the one before, whose data channels end. The lock is held, or nobody else is left.
func (r *Remote) retire(next *meeting) {
	if before := r.meeting; before != nil && before.calls != nil {
		if err := before.calls.Close(); err != nil {
			r.cfg.Log.Warn("the data channels did not close well", "error", err)
		}
	}
	r.meeting = next
}

// renew has the hellos of before forgotten.
func (r *Remote) renew(nonce []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.meeting != nil {
		r.meeting.pipes.Renew(nonce)
	}
}

// current is the meeting that guests come for; nil when no jam runs.
func (r *Remote) current() *meeting {
	v := r.cfg.House.View()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.meeting == nil || r.meeting.Session != v.SessionID {
		return nil
	}
	return r.meeting
}
