package library

import (
	"strings"
	"testing"
)

func TestFromPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]texts{
		"Artist - Title.mp3":                     {"Title", "Artist", ""},
		"Artist/Album/01 Title.flac":             {"Title", "Artist", "Album"},
		"Artist/Album/12 Title.flac":             {"Title", "Artist", "Album"},
		"Music/Artist/Album/CD 2/07. Title.flac": {"Title", "Artist", "Album"},
		"Artist/Title.ogg":                       {"Title", "Artist", ""},
		"Artist - Album - 03 - Title.mp3":        {"Title", "Artist", "Album"},
		"01 - Artist - Title.mp3":                {"Title", "Artist", ""},
		"1-02 Title.mp3":                         {"Title", "", ""},
		"01_some_title.mp3":                      {"some title", "", ""},
		"99 Luftballons.mp3":                     {"99 Luftballons", "", ""},
		"1979.mp3":                               {"1979", "", ""},
		"01.mp3":                                 {"01", "", ""},
		"椎名林檎/無罪モラトリアム/03 丸の内サディスティック.m4a": {"丸の内サディスティック", "椎名林檎", "無罪モラトリアム"},
		"A\x00B - \u202eC\nD.mp3": {"C D", "AB", ""},
		"a/b/c - d - e - f.mp3":   {"e - f", "c", "d"},
		" - .mp3":                 {"-", "", ""},
		".mp3":                    {".mp3", "", ""},
	} {
		if got := fromPath(path); got != want {
			t.Errorf("%q gives %q, want %q", path, got, want)
		}
	}
}

func TestCleanText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain":                            "plain",
		"  two\t\n words ":                 "two words",
		"a\x00b\x1b[31mc":                  "ab[31mc",
		"\u202eright to left\u202c":        "right to left",
		"\u2066x\u2069\u200f\ufeff":        "x",
		"bad \xff\xfe utf8":                "bad utf8",
		"می\u200cخواهم":                    "می\u200cخواهم",
		"👨\u200d👩\u200d👧":                  "👨\u200d👩\u200d👧",
		"z" + strings.Repeat("\u0301", 50): "z" + strings.Repeat("\u0301", maxMarks),
		strings.Repeat("x", 1000):          strings.Repeat("x", maxTextRunes),
		strings.Repeat("日", 1000):          strings.Repeat("日", maxTextRunes),
		"\U000e0041tag":                    "tag",
	} {
		if got := cleanText(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}
