package webapp

import (
	"net/http"
	"strings"
	"testing"
)

// directives of a policy by their names.
func directives(t *testing.T, h http.Header) map[string]string {
	t.Helper()
	all := map[string]string{}
	for part := range strings.SplitSeq(h.Get("Content-Security-Policy"), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		if _, twice := all[name]; twice || name == "" {
			t.Errorf("the policy holds %q twice, or nothing", name)
		}
		all[name] = value
	}
	return all
}

func TestThePolicyLetsInNothingButOurs(t *testing.T) {
	h := http.Header{}
	SecurityHeaders(h, "192.168.1.5:7420")
	all := directives(t, h)
	for name, want := range map[string]string{
		"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self' blob: data:", "base-uri": "'none'", "form-action": "'self'",
		"frame-ancestors": "'none'", "require-trusted-types-for": "'script'", "trusted-types": "'none'", "manifest-src": "'self'", "font-src": "'self'",
		"connect-src": "'self' ws://192.168.1.5:7420 wss://192.168.1.5:7420 blob:",
	} {
		if all[name] != want {
			t.Errorf("%s is %q, want %q", name, all[name], want)
		}
		delete(all, name)
	}
	if len(all) > 0 {
		t.Errorf("there is more: %v", all)
	}
	for _, feature := range []string{"camera", "microphone", "geolocation", "usb", "serial", "payment", "display-capture"} {
		if !strings.Contains(", "+h.Get("Permissions-Policy")+",", ", "+feature+"=(),") {
			t.Errorf("%s is not refused: %s", feature, h.Get("Permissions-Policy"))
		}
	}
	for _, feature := range []string{"screen-wake-lock", "clipboard-write"} {
		if !strings.Contains(h.Get("Permissions-Policy"), feature+"=(self)") {
			t.Errorf("%s is refused to our own pages", feature)
		}
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Strict-Transport-Security": "",
	} {
		if h.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, h.Get(name), want)
		}
	}
}

func TestTheSocketsOfAHost(t *testing.T) {
	for host, want := range map[string]string{
		"soul.example":      "ws://soul.example wss://soul.example",
		"Soul.Example:8443": "ws://Soul.Example:8443 wss://Soul.Example:8443",
		"10.0.0.7:7420":     "ws://10.0.0.7:7420 wss://10.0.0.7:7420",
		"my-laptop.local.":  "ws://my-laptop.local. wss://my-laptop.local.",
		"[fe80::1]:7420":    "ws: wss:",
		"fe80::1":           "ws: wss:",
		"":                  "ws: wss:",
		":80":               "ws: wss:",
		"a;script-src *":    "ws: wss:",
		"a b":               "ws: wss:",
		"a,b":               "ws: wss:",
		"a'b":               "ws: wss:",
		"*.example":         "ws: wss:",
		"a\r\nX: y":         "ws: wss:",
		"münchen.example":   "ws: wss:",
	} {
		if got := socketsOf(host); got != want {
			t.Errorf("%q: %q, want %q", host, got, want)
		}
	}
}
