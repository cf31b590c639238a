package load

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"soul-jam/hostd/hosttest"
	"soul-jam/shared/proof"
	"soul-jam/shared/wire"
)

// limitTest goes up to a limit and one step beyond, and holds what the contract says of that. It gives the host that counted, as the URL of its console.
type limitTest func(t *testing.T) (console string)

// limitTests has one for every limit that a host holds. music is a folder of songs.
func limitTests(music string) map[wire.Limit]limitTest {
	all := map[wire.Limit]limitTest{
		wire.LimitSeats: seatsLimit, wire.LimitPending: pendingLimit, wire.LimitPendingOthers: pendingOthersLimit, wire.LimitUninvited: uninvitedLimit,
		wire.LimitConnections: connectionsLimit, wire.LimitParticipants: participantsLimit, wire.LimitWatchers: watchersLimit, wire.LimitJoins: joinsLimit,
		wire.LimitQueue: queueLimit(music), wire.LimitQueuePerPerson: queuePerPersonLimit(music), wire.LimitTrackLength: trackLengthLimit(music),
		wire.LimitWaiting: waitingLimit, wire.LimitTooSlow: tooSlowLimit,
		wire.LimitKnocks: knocksLimit, wire.LimitSignals: signalsLimit, wire.LimitCalls: callsLimit, wire.LimitCallers: callersLimit,
		wire.LimitFrame: frameLimit, wire.LimitCommandID: commandIDLimit, wire.LimitDisplayName: displayNameLimit, wire.LimitSearchResults: searchResultsLimit,
	}
	for limit, refused := range map[wire.Limit]wire.Command{
		wire.LimitSearchText: wire.Search{Q: strings.Repeat("ü", wire.MaxSearchText+1)},
		wire.LimitChat:       wire.Chat{Message: strings.Repeat("ü", wire.MaxChat+1)},
		wire.LimitEmoji:      wire.React{Emoji: strings.Repeat("🎉", wire.MaxEmoji/4+1)},
	} {
		all[limit] = saidByGuest(refused)
	}
	tooLate := wire.MaxEndIn + 1
	for limit, refused := range map[wire.Limit]wire.Command{
		wire.LimitSetting: wire.UpdateSettings{Settings: fmt.Appendf(nil, `{"max_participants":%d}`, wire.MaxParticipants+1)},
		wire.LimitEndIn:   wire.EndSession{InSeconds: &tooLate},
	} {
		all[limit] = saidByHost(refused)
	}
	for limit, refused := range map[wire.Limit]wire.JoinRequest{
		wire.LimitToken:   {DisplayName: "Long", UserToken: strings.Repeat("t", wire.MaxToken+1)},
		wire.LimitJoinKey: {DisplayName: "Short", JoinKey: strings.Repeat("k", wire.MinJoinKey-1)},
	} {
		all[limit] = func(t *testing.T) string {
			w := party(t)
			c := w.Guest()
			c.Refused(refused, wire.CodeBadRequest)
			c.Join(wire.JoinRequest{DisplayName: "Alice"}) // the connection stays
			return w.Console
		}
	}
	for limit, rate := range map[wire.Limit]struct {
		wire.Rate
		said wire.Command
	}{
		wire.LimitAddRate:   {wire.AddRate(), wire.AddTrack{TrackID: "none"}},
		wire.LimitChatRate:  {wire.ChatRate(), wire.Chat{Message: "hi"}},
		wire.LimitArtRate:   {wire.OtherRate(), wire.Art{TrackID: "none"}},
		wire.LimitOtherRate: {wire.OtherRate(), wire.Ping{}},
	} {
		all[limit] = tooOften(rate.Rate, rate.said)
	}
	return all
}

// TestPromiseEveryLimitIsMetAndCounted goes beyond each limit that a host holds, and looks for it in the metrics.
func TestPromiseEveryLimitIsMetAndCounted(t *testing.T) {
	files(t, 4096)
	music := t.TempDir()
	if err := hosttest.MakeMusic(music); err != nil {
		t.Fatal(err)
	}
	tests, limits := limitTests(music), wire.Limits()
	for limit := range tests {
		if !slices.Contains(limits, limit) {
			t.Errorf("%s is tested, and in no list", limit)
		}
	}
	met := make(chan wire.Limit, len(limits))
	t.Run("each", func(t *testing.T) {
		for _, limit := range limits {
			t.Run(string(limit), func(t *testing.T) {
				t.Parallel()
				beyond := tests[limit]
				if beyond == nil {
					t.Fatal("nobody tests this limit")
				}
				console := beyond(t)
				awaitFigure(t, console+"/metrics", fmt.Sprintf("jam_refused_total{limit=%q}", limit))
				if !t.Failed() {
					met <- limit
				}
			})
		}
	})
	shown := map[string]bool{}
	for name := range figuresAt(t, party(t).Console+"/metrics") {
		if label, ok := strings.CutPrefix(name, `jam_refused_total{limit="`); ok {
			shown[strings.TrimSuffix(label, `"}`)] = true
		}
	}
	for _, limit := range limits {
		if !shown[string(limit)] {
			t.Errorf("the metrics do not show %s", limit)
		}
	}
	proof.Show(t, "Every limit that a host holds is met, refused as the contract says, and counted in its metrics", fmt.Sprintf("%d of %d", len(met), len(limits)), "all",
		len(met) == len(limits) && len(shown) == len(limits))
}

// awaitFigure waits until a counter has begun to count.
func awaitFigure(t *testing.T, url, name string) {
	t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(patience); figuresAt(t, url)[name] == 0; <-look.C {
		if time.Now().After(deadline) {
			t.Fatalf("%s is 0", name)
		}
	}
}

// uncounted fails the test when a counter counts already.
func uncounted(t *testing.T, console string, limit wire.Limit) {
	t.Helper()
	if n := figuresAt(t, console+"/metrics")[fmt.Sprintf("jam_refused_total{limit=%q}", limit)]; n != 0 {
		t.Errorf("%s was met %.0f times before the limit", limit, n)
	}
}

// party is a host with a jam and without music.
func party(t *testing.T) *hosttest.World {
	t.Helper()
	return hosttest.New(t, hosttest.Options{Start: "Friday"})
}

// withMusic is a party with songs.
func withMusic(t *testing.T, music string) *hosttest.World {
	t.Helper()
	return hosttest.New(t, hosttest.Options{Music: []string{music}, Start: "Friday"})
}

func saidByGuest(refused wire.Command) limitTest {
	return func(t *testing.T) string {
		w := party(t)
		w.Join("Alice").Refused(refused, wire.CodeBadRequest)
		return w.Console
	}
}

func saidByHost(refused wire.Command) limitTest {
	return func(t *testing.T) string {
		w := party(t)
		w.Host().Refused(refused, wire.CodeBadRequest)
		return w.Console
	}
}

// tooOften says something as often as it may be said at once, and once more.
func tooOften(rate wire.Rate, said wire.Command) limitTest {
	return func(t *testing.T) string {
		w := party(t)
		c := w.Join("Alice")
		for i := range rate.Burst {
			if _, refusal := c.Do(said); refusal != nil && refusal.Code == wire.CodeRateLimited {
				t.Fatalf("the %d. of %d is too much", i+1, rate.Burst)
			}
		}
		for { // on a slow machine the burst has begun to grow again
			if _, refusal := c.Do(said); refusal != nil && refusal.Code == wire.CodeRateLimited {
				if refusal.RetryAfterMS <= 0 || refusal.RetryAfterMS > rate.Every.Milliseconds()+1 {
					t.Errorf("try again in %d ms, of %v", refusal.RetryAfterMS, rate.Every)
				}
				return w.Console
			}
		}
	}
}
