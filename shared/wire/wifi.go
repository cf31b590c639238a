package wire

// Wifi answers GET and PUT /api/console/wifi (host token): the network whose QR code the console can show.
type Wifi struct {
	Name   string `json:"name"` // "" = none was given
	Hidden bool   `json:"hidden"`
	// Locked: it has a password. That itself is told to nobody; the QR code is made by the daemon.
	Locked bool `json:"locked"`
}

// SetWifi is the body of PUT /api/console/wifi.
type SetWifi struct {
	Name string `json:"name"` // 1 to 32 bytes
	// Password has 8 to 64 bytes; "" = an open network, null = the one that is kept for a network of the same name.
	Password *string `json:"password"`
	Hidden   bool    `json:"hidden"`
}
