package player

import (
	"strings"
	"testing"
)

func TestCheckSource(t *testing.T) {
	for path, header := range map[string]string{
		"/music/a.flac":                    "",
		"/":                                "",
		"http://127.0.0.1:1/a?b=c":         "Authorization: Bearer x-y_z.0",
		"http://[::1]:65535/a":             "X-A: b",
		"http://127.9.9.9:80":              "",
		"/http://192.0.2.1/no-address":     "",
		"/music/not\xff\xfeutf8\nline.mp3": "",
	} {
		if err := CheckSource(path, header); err != nil {
			t.Errorf("%q, %q: %v", path, header, err)
		}
	}
	const own = "http://127.0.0.1:80/a"
	for _, c := range [][2]string{
		{"", ""}, {"a.flac", ""}, {"-", ""}, {"--pause", ""}, {"edl:///a", ""}, {"file:///a", ""}, {"hex://00", ""}, {"/a\x00b", ""},
		{"https://127.0.0.1:80/a", ""}, {"HTTP://127.0.0.1:80/a", ""}, {"http://127.0.0.1/a", ""}, {"http://127.0.0.1:0/a", ""},
		{"http://localhost:80/a", ""}, {"http://192.0.2.1:80/a", ""}, {"http://127.0.0.1@192.0.2.1:80/a", ""}, {"http://a:b@127.0.0.1:80/a", ""},
		{"http://[fe80::1%25eth0]:80/a", ""}, {"http://0x7f000001:80/a", ""}, {"http://127.1:80/a", ""}, {"http://[::ffff:192.0.2.1]:80/", ""},
		{"http://127.0.0.1:80 /a", ""}, {"http://127.0.0.1:80/a b", ""}, {"http://127.0.0.1:80/a\r\nX: y", ""}, {"http://127.0.0.1:80\\@192.0.2.1:80/", ""},
		{"/music/a.flac", "X-A: b"},
		{own, "X-A"}, {own, "X-A:b"}, {own, ": b"}, {own, "X A: b"}, {own, "X-A: b\r\nX-B: c"}, {own, "X-A: b,X-B: c"}, {own, `X-A: \`}, {own, "X-A: "}, {own, "X-A: é"},
		{"/" + strings.Repeat("a", maxSource), ""}, {own, "X-A: " + strings.Repeat("a", maxSource)},
	} {
		err := CheckSource(c[0], c[1])
		if err == nil {
			t.Errorf("%q, %q was let through", c[0], c[1])
		} else if c[1] != "" && strings.Contains(err.Error(), c[1]) {
			t.Errorf("the error tells the header: %v", err)
		}
	}
}

func FuzzCheckSource(f *testing.F) {
	f.Add("http://127.0.0.1:80/a", "X-A: b")
	f.Add("/a", "")
	f.Fuzz(func(t *testing.T, path, header string) {
		if CheckSource(path, header) != nil {
			return
		}
		if !strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "http://127.") && !strings.HasPrefix(path, "http://[") {
			t.Errorf("%q was let through", path)
		}
		if strings.ContainsAny(header, "\r\n\x00,\\") {
			t.Errorf("the header %q was let through", header)
		}
	})
}
