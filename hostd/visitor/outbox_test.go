package visitor

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"soul-jam/shared/wire"
)

func TestCommandsOfScriptsAreRead(t *testing.T) {
	b := newOutbox()
	for raw, id := range map[string]string{
		`{"type":"add_track","track_id":"x","id":"mine","later":[1]}`: "mine",
		` {"type":"play"} `:            "",
		`{"type":"new_one","id":null}`: "",
	} {
		o, err := b.read([]byte(raw))
		var sent struct{ ID, Type string }
		if err != nil || json.Unmarshal(o.frame, &sent) != nil || sent.ID != o.id || sent.Type != o.kind || o.id == "" || (id != "" && (o.id != id || string(o.frame) != raw)) {
			t.Errorf("%s: %+v %s, %v", raw, o, o.frame, err)
		}
	}
	for raw, says := range map[string]string{
		"": "JSON object", "[]": "JSON object", "null": "JSON object", "{}": "JSON object", `{"type":1}`: "JSON object", `{"type":"play"`: "JSON object",
		`{"type":"join_request"}`: "by itself", `{"type":"resume","resume_token":"x"}`: "by itself", `{"type":"watch"}`: "by itself", `{"type":"away"}`: "by itself",
		`{"type":"play","id":1}`: "an id", `{"type":"play","id":""}`: "an id", `{"type":"play","id":"` + strings.Repeat("x", 65) + `"}`: "an id",
		`{"type":"chat","message":"` + strings.Repeat("x", wire.MaxClientFrame) + `"}`:    "at most",
		`{"type":"chat","message":"` + strings.Repeat("x", wire.MaxClientFrame-30) + `"}`: "with its id",
	} {
		if o, err := b.read([]byte(raw)); err == nil || !strings.Contains(err.Error(), says) || len(err.Error()) > 200 {
			t.Errorf("%.60s: %+v, %v", raw, o, err)
		}
	}
}

func TestTooManyUnansweredCommands(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		for range mostWaiting {
			if s.visit.Do(wire.Play{}) == "" {
				t.Fatal("refused with room")
			}
		}
		if s.visit.Do(wire.Play{}) != "" {
			t.Error("taken without room")
		}
		took := make(chan error, 1)
		go func() {
			_, err := s.visit.Submit(t.Context(), []byte(`{"type":"pause","id":"one more"}`))
			took <- err
		}()
		synctest.Wait()
		h := s.start().seated()
		id := h.hears("play")["id"].(string)
		select {
		case err := <-took:
			t.Fatalf("a command is taken without room, %v", err)
		default:
		}
		h.says(`{"type":"ack","id":"` + id + `","seq":11}`)
		if err := take(t, took, "room"); err != nil {
			t.Error(err)
		}
		for range mostWaiting - 1 {
			h.hears("play")
		}
		if h.hears("pause")["id"] != "one more" {
			t.Error("another id")
		}
		s.visit.Leave() // is sent whatever waits
		h.hears("leave")
		h.bye(wire.CloseLeft)
		if _, err := s.over(); err != nil {
			t.Error(err)
		}
		if _, err := s.visit.Submit(t.Context(), []byte(`{"type":"play"}`)); !errors.Is(err, errOver) {
			t.Errorf("after the end: %v", err)
		}
	})
}

func TestWaitingForAnswersEndsWithTheContext(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		ctx, cancel := context.WithCancel(t.Context())
		got := make(chan error, 1)
		go func() { got <- s.visit.Answered(ctx) }()
		s.start().seated()
		if err := take(t, got, "all answers"); err != nil { // a seat, and nothing asked
			t.Error(err)
		}
		s.visit.Do(wire.Play{})
		go func() { got <- s.visit.Answered(ctx) }()
		synctest.Wait()
		cancel()
		if err := take(t, got, "the end"); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		go func() { got <- s.visit.Answered(t.Context()) }()
		s.end()
		if err := take(t, got, "the end"); err != nil {
			t.Error(err)
		}
		s.over()
	})
}

// TestALeaveInJSONIsALeave: scripts give the seat up as the terminal does.
func TestALeaveInJSONIsALeave(t *testing.T) {
	story(t, func(t *testing.T, s *stage) {
		h := s.start().seated()
		if _, err := s.visit.Submit(t.Context(), []byte(`{"type":"leave","id":"bye"}`)); err != nil {
			t.Fatal(err)
		}
		if h.hears("leave")["id"] != "bye" {
			t.Error("another id")
		}
		h.bye(wire.CloseLeft)
		if _, err := s.over(); err != nil || !s.known().Resume.IsZero() {
			t.Errorf("%v, remembered %+v", err, s.known())
		}
	})
}
