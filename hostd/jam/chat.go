package jam

import (
	"time"
	"unicode"
	"unicode/utf8"

	"soul-jam/shared/wire"
)

// Both are the wire's own.
type (
	Chat  wire.Chat
	React wire.React
)

func (Chat) name() string  { return "chat" }
func (React) name() string { return "react" }

func (c Chat) step(j *Jam, now time.Time, seat string) *wire.Error {
	if utf8.RuneCountInString(c.Message) > wire.MaxChat {
		return refuseChat()
	}
	// NFKC can make one letter many.
	text := cleanText(c.Message)
	if text == "" || utf8.RuneCountInString(text) > wire.MaxChat {
		return refuseChat()
	}
	j.emit(wire.ChatLine{From: j.people[seat].DisplayName, FromID: seat, Message: text, At: wire.At(now)})
	return nil
}

func refuseChat() *wire.Error {
	return wire.Refusef(wire.CodeBadRequest, "A message has 1 to %d characters", wire.MaxChat).Because(wire.LimitChat)
}

func (r React) step(j *Jam, _ time.Time, seat string) *wire.Error {
	if !isEmoji(r.Emoji) {
		refusal := wire.Refusef(wire.CodeBadRequest, "A reaction is an emoji")
		if len(r.Emoji) > wire.MaxEmoji {
			refusal.Limit = wire.LimitEmoji
		}
		return refusal
	}
	j.tellAll(wire.Reaction{FromID: seat, Emoji: r.Emoji})
	return nil
}

// isEmoji holds what phones can show as one: symbols, with the joiners, selectors,
// tags and keycaps that make one of several.
func isEmoji(text string) bool {
	if len(text) > wire.MaxEmoji || !utf8.ValidString(text) {
		return false
	}
	const joiner, keycap, selector = '\u200d', '\u20e3', '\ufe0f'
	symbols := 0
	for _, r := range text {
		switch {
		case r >= '\u2460' && r <= '\u24ff', r >= '\u2800' && r <= '\u28ff', r >= 0x1f110 && r <= 0x1f16f:
			return false // letters in circles, and braille
		case unicode.Is(unicode.So, r), r == keycap:
			symbols++
		case r == joiner, r == selector, unicode.Is(unicode.Sk, r), r >= 0xe0020 && r <= 0xe007f: // skin tones, flags of regions
		case r == '#', r == '*', r >= '0' && r <= '9': // of a keycap
		case r > unicode.MaxASCII && unicode.Is(unicode.Sm, r), r == '\u203c', r == '\u2049': // arrows; ‼ and ⁉
			symbols++
		default:
			return false
		}
	}
	return symbols > 0
}
