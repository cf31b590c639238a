package guest

import "net/netip"

// customerBits: one IPv6 customer has a /64.
const customerBits = 64

// Customer is whom a connection counts for: an IPv4 address, or the /64 that one IPv6 customer has.
func Customer(remote netip.Addr) string {
	address := remote.Unmap()
	if address.Is4() {
		return address.String()
	}
	network := netip.PrefixFrom(address.WithZone(""), customerBits).Masked().Addr()
	return network.WithZone(address.Zone()).String() // link-local addresses are those of one cable or Wi-Fi
}

// From is what the house learns of a connection's address: a hash that no other host makes, by which it tells customers apart.
func (d *Door) From(customer string) string {
	return d.HostToken.Prove("address " + customer)[:32] // 128 bits
}
