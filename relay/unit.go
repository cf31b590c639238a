package main

import (
	"fmt"
	"io"
	"strings"

	"soul-jam/shared/setting"
)

// unit prints a systemd unit that runs this program as it would run with these flags. Its
// user is nobody else's, its state systemd's to keep, and it may do nothing but serve.
func unit(program string, args []string, out, errs io.Writer) int {
	f := newFlags(errs)
	parsed, err := setting.Parse(f.set, args, func(string) string { return "" })
	if err != nil || len(parsed.Words) > 0 {
		fmt.Fprintln(errs, "relay unit: its flags are those of relay serve")
		return 2
	}
	if name := f.cfg.TLSAuto; name != "" {
		if !parsed.Given["listen"] {
			args = append(args, "--listen", ":443")
		}
		if !parsed.Given["public-url"] {
			args = append(args, "--public-url", "https://"+name)
		}
	}
	line := []string{program, "serve"}
	for _, arg := range append([]string{program}, args...) {
		if arg == "" || strings.Trim(arg, plain) != "" {
			fmt.Fprintf(errs, "relay unit: %q holds characters that mean something else to systemd; write that line by hand\n", arg)
			return 2
		}
	}
	fmt.Fprintf(out, "# Let these through the firewall: %s\n", ports(f, parsed.Given["listen"]))
	fmt.Fprintf(out, unitText, strings.Join(append(line, args...), " "))
	return 0
}

// ports are the addresses that people have to reach from outside.
func ports(f *flags, listenGiven bool) string {
	web := f.cfg.Listen
	if f.cfg.TLSAuto != "" && !listenGiven {
		web = ":443"
	}
	text := "TCP " + web + " (web)"
	if stun := f.cfg.STUNListen; stun != "none" {
		text += ", UDP " + stun + " (STUN)"
	}
	if p2p := f.cfg.P2PListen; p2p != "none" {
		text += ", TCP and UDP " + p2p + " (libp2p)"
	}
	return text
}

// plain are the characters that stand for themselves in a unit's command line.
const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=./:,[]@+"

const unitText = `[Unit]
Description=Soul Jam: brings guests from anywhere to their host
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=%s
Restart=always
RestartSec=2
DynamicUser=yes
StateDirectory=soul-jam-relay
StateDirectoryMode=0700
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallFilter=@system-service
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`
