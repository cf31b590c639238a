package player

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
)

// maxSource bounds the length of a path, an address or a header, in bytes.
const maxSource = 8 << 10

// CheckSource says whether mpv may be told to open this: an absolute file
// name, or http on a loopback address with a port, which is where hostd's own
// server of streams is. It keeps away from mpv what it could take for another
// address or an option of its own ("edl://…", "-").
//
// header is "" or one line "Name: value" that goes with an address and only
// with one; it may hold a secret, which is not in the error.
func CheckSource(path, header string) error {
	switch {
	case len(path) > maxSource || len(header) > maxSource:
		return fmt.Errorf("the name of the file, or its header, is over %d bytes", maxSource)
	case strings.HasPrefix(path, "http://"):
		if err := checkAddress(path); err != nil {
			return err
		}
		return checkHeader(header)
	case !filepath.IsAbs(path) || strings.ContainsRune(path, 0):
		return fmt.Errorf("%q is not an absolute file name", path)
	case header != "":
		return errors.New("a file has no header")
	}
	return nil
}

// isAddress tells an address from a file among what CheckSource lets through.
func isAddress(path string) bool { return strings.HasPrefix(path, "http://") }

func checkAddress(address string) error {
	for _, c := range []byte(address) {
		if c <= ' ' || c >= 0x7f {
			return errors.New("an address has a character that does not belong there")
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("an address cannot be read") // url's error would quote it
	}
	at, err := netip.ParseAddrPort(u.Host)
	if err != nil || !at.Addr().IsLoopback() || at.Addr().Zone() != "" || at.Port() == 0 || u.User != nil {
		return fmt.Errorf("%q is not a loopback address with a port", u.Host)
	}
	return nil
}

// checkHeader lets no second header and no separator of mpv's lists through.
func checkHeader(header string) error {
	if header == "" {
		return nil
	}
	name, value, ok := strings.Cut(header, ": ")
	if !ok || name == "" || value == "" {
		return errors.New("a header is not of the form Name: value")
	}
	for _, c := range []byte(name) {
		if c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return errors.New("the name of a header is not letters, digits and dashes")
		}
	}
	for _, c := range []byte(value) {
		if c < ' ' || c >= 0x7f || c == ',' || c == '\\' || c == '"' {
			return errors.New("a header's value has a character that does not belong there")
		}
	}
	return nil
}
