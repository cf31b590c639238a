package lan

import (
	"fmt"
	"net"
	"slices"
	"strings"
)

// CheckInterfaces reports the first name that no network interface of this machine has. One
// that is there but down is no error: it may come up later.
func CheckInterfaces(names []string) error {
	for _, name := range names {
		if _, err := net.InterfaceByName(name); err == nil {
			continue
		}
		var known []string
		interfaces, err := net.Interfaces()
		if err != nil {
			return fmt.Errorf("list the network interfaces: %w", err)
		}
		for _, i := range interfaces {
			known = append(known, i.Name)
		}
		return fmt.Errorf("no network interface is called %q, there are: %s", name, strings.Join(known, ", "))
	}
	return nil
}

// network is what an announcement depends on, as it is at one moment.
type network struct {
	interfaces []net.Interface
	addresses  []string // of those interfaces, sorted
}

// look returns the interfaces to announce on that are up and multicast now: those named, or
// without names all but loopback. Interfaces without an address are left out.
func look(names []string) (network, error) {
	all, err := net.Interfaces()
	if err != nil {
		return network{}, fmt.Errorf("list the network interfaces: %w", err)
	}
	var now network
	for _, i := range all {
		chosen := slices.Contains(names, i.Name) || len(names) == 0 && i.Flags&net.FlagLoopback == 0
		const ready = net.FlagUp | net.FlagMulticast
		if !chosen || i.Flags&ready != ready {
			continue
		}
		known := len(now.addresses)
		for _, ip := range addressesOf(i) {
			// A link-local IPv6 address is of no use without a zone, which
			// an announcement cannot carry.
			if !ip.Is6() || !ip.IsLinkLocalUnicast() {
				now.addresses = append(now.addresses, ip.String())
			}
		}
		if len(now.addresses) > known {
			now.interfaces = append(now.interfaces, i)
		}
	}
	slices.Sort(now.addresses)
	now.addresses = slices.Compact(now.addresses)
	return now, nil
}

// same reports whether nothing that an announcement says has changed.
func (n network) same(other network) bool {
	return slices.Equal(n.addresses, other.addresses) &&
		slices.EqualFunc(n.interfaces, other.interfaces, func(a, b net.Interface) bool {
			return a.Index == b.Index && a.Name == b.Name
		})
}
