// Package lan is what hostd says and knows about the local network: it announces
// a running jam by multicast DNS ([Announcer]), and it lists the literal addresses under which
// a phone can reach this machine ([Addresses]).
//
// Browsers cannot look for mDNS services, and many phones resolve no .local
// name: guests come by QR code or link, which hold a literal address. The announcement is for native
// members and for a host's own list of jams nearby. It is a hint that anybody on the
// network can forge, never a proof (threat T11).
package lan
