package terminal

import (
	"testing"
)

// TestEditor is a line of keys: {name} is a key, everything else is typed.
func TestEditor(t *testing.T) {
	for keys, want := range map[string]string{
		"hello":                              "hello|",
		"hello{left}{left}XY":                "helXY|lo",
		"hello{home}{delete}J":               "J|ello",
		"one two three{ctrl+w}{ctrl+w}":      "one |",
		"one two{left}{left}{left}{ctrl+u}":  "|two",
		"one two{home}{ctrl+k}":              "|",
		"e\u0301a{backspace}{backspace}":     "|",
		"q\u0301x{left}{left}{right}":        "q\u0301|x",
		"q\u0301{backspace}":                 "|",
		"日本{left}x":                          "日x|本",
		"a\x1b[2Jb\nc":                       "a[2Jb c|",
		"{backspace}{left}{delete}{right}ab": "ab|",
		"12345678901234567890-too-long":      "12345678901234567890|",
		"1234567890123456789{home}abc":       "abc|12345678901234567",
	} {
		e := editor{most: 20}
		for rest := keys; rest != ""; {
			if rest[0] == '{' {
				end := 1
				for rest[end] != '}' {
					end++
				}
				if !e.key(rest[1:end]) {
					t.Fatalf("%s: no key %s", keys, rest[1:end])
				}
				rest = rest[end+1:]
				continue
			}
			end := 0
			for end < len(rest) && rest[end] != '{' {
				end++
			}
			e.insert(rest[:end])
			rest = rest[end:]
		}
		if got := string(e.text[:e.at]) + "|" + string(e.text[e.at:]); got != want {
			t.Errorf("%q gives %q, want %q", keys, got, want)
		}
		for n := 2; n < 20; n++ {
			if shown, cursor := e.view(n); width(shown) >= n || cursor >= n {
				t.Errorf("%q in %d columns: %q, cursor at %d", keys, n, shown, cursor)
			}
		}
	}
}

// TestColumns: wide characters and marks keep columns.
func TestColumns(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{{"hello", 7, "hello  "}, {"hello", 4, "hel…"}, {"日本語", 6, "日本語"}, {"日本語", 5, "日本…"}, {"日本語", 4, "日… "}, {"e\u0301e\u0301e\u0301", 2, "e\u0301…"}, {"hello", 1, "…"}, {"hello", 0, ""}, {"ab   ", 3, "ab "}} {
		if got := column(c.text, c.n); got != c.want || width(got) != max(0, c.n) {
			t.Errorf("%q in %d columns is %q, want %q", c.text, c.n, got, c.want)
		}
	}
	if got := wrap("one two 日本語日本語 verylongword", 8); len(got) != 5 || got[0] != "one two" || got[1] != "日本語日" {
		t.Errorf("wrapped: %q", got)
	}
}
