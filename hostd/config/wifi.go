package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"soul-jam/shared/identity"
)

// What IEEE 802.11 allows, in bytes.
const (
	// MaxWifiName bounds the name of a network.
	MaxWifiName = 32
	// MinWifiPassword and MaxWifiPassword bound a WPA password; 64 is the key itself in hex.
	MinWifiPassword, MaxWifiPassword = 8, 64
)

// ErrWifi is behind every refusal of a network: its sentence says what is wrong and never holds the password.
var ErrWifi = errors.New("that cannot be a Wi-Fi")

// Wifi is the network that the host's guests may be shown the way into, as a QR code. The zero value is none.
type Wifi struct {
	Name     string
	Password identity.Secret // zero: an open network
	Hidden   bool            // it does not announce its name
}

type network struct {
	Name     string `json:"name"`
	Password string `json:"password,omitempty"`
	Hidden   bool   `json:"hidden,omitempty"`
}

// Check tells what is wrong with it, nil if nothing.
func (w Wifi) Check() error {
	_, err := network{Name: w.Name, Password: w.Password.Reveal()}.check()
	return err
}

func (n network) check() (Wifi, error) {
	switch {
	case n.Name == "" || len(n.Name) > MaxWifiName || !printable(n.Name):
		return Wifi{}, fmt.Errorf("%w: its name has 1 to %d bytes that can be read", ErrWifi, MaxWifiName)
	case n.Password == "":
		return Wifi{Name: n.Name, Hidden: n.Hidden}, nil
	case len(n.Password) < MinWifiPassword || len(n.Password) > MaxWifiPassword || !printable(n.Password):
		return Wifi{}, fmt.Errorf("%w: its password has %d to %d characters", ErrWifi, MinWifiPassword, MaxWifiPassword)
	}
	return Wifi{Name: n.Name, Password: identity.Keep(n.Password), Hidden: n.Hidden}, nil
}

// printable: what people type. The standard knows names of any bytes; nobody could enter those here.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) || r == unicode.ReplacementChar })
}

// QR is the text that phones read as "join this network": that of ZXing's, which iOS and Android know. Who reads it has the password.
func (w Wifi) QR() string {
	escape := strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, `:`, `\:`, `"`, `\"`)
	text := "WIFI:T:WPA;S:" + escape.Replace(w.Name) + ";P:" + escape.Replace(w.Password.Reveal()) + ";"
	if w.Password.IsZero() {
		text = "WIFI:T:nopass;S:" + escape.Replace(w.Name) + ";"
	}
	if w.Hidden {
		text += "H:true;"
	}
	return text + ";"
}
