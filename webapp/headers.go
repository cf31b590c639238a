package webapp

import (
	"net"
	"net/http"
	"strings"
)

// policy of the app's pages: no script or style but ours, no text that becomes script (Trusted Types, without a single
// policy that could make one), no frame around us, nothing sent elsewhere. Covers and the QR are blobs that the page
// made; Chromium now and then counts showing one as connecting to it. SOCKETS stands for what socketsOf gives.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self' SOCKETS blob:; " +
	"font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; trusted-types 'none'"

// permissions that a page may ask for: to keep the screen awake, to copy, to fill the screen. Whoever got script into a page
// gets no camera by it. Only features that Chromium knows stand here: of others it complains on every page.
const permissions = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), " +
	"microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), " +
	"clipboard-write=(self), fullscreen=(self), screen-wake-lock=(self)"

// SecurityHeaders go on every answer of a program that serves the app; no path of ours comes into anybody's Referer.
// host is the request's Host once it is known to be one of ours, "" before that.
func SecurityHeaders(h http.Header, host string) {
	h.Set("Content-Security-Policy", strings.Replace(policy, "SOCKETS", socketsOf(host), 1))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", permissions)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// StrictTransport is for a program that speaks TLS itself: browsers come by https only from now on, for a year. Behind a proxy,
// which may serve other things at the same name, that is the proxy's to say.
func StrictTransport(h http.Header) { h.Set("Strict-Transport-Security", "max-age=31536000") }

// socketsOf names the WebSockets of a host. In Safari up to 15.4 'self' covers none (WebKit bug 235873), in Chrome it does;
// both read a name. A policy has no way to write an IPv6 address: there only the scheme is held.
func socketsOf(host string) string {
	name := host
	if n, _, err := net.SplitHostPort(host); err == nil {
		name = n
	}
	if name == "" || strings.ContainsFunc(host, notInAName) || strings.Contains(name, ":") {
		return "ws: wss:"
	}
	return "ws://" + host + " wss://" + host
}

// notInAName: in a policy a space or a semicolon would begin something else.
func notInAName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != ':'
}
