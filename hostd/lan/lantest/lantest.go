// Package lantest gives a test a network of its own: a Linux network namespace with
// interfaces that the test plugs, names and unplugs. Multicast goes nowhere but there: a test
// must not announce jams on the network of the machine it runs on.
package lantest

import (
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// insideNamespace is set in the environment of the test binary that a test starts again
// inside its namespace.
const insideNamespace = "SOUL_JAM_TEST_NETNS"

// Inside reports whether the test already runs in a namespace of its own. Otherwise it
// runs it there, as a child, and returns false when that has passed. The test is one at the top, no subtest.
func Inside(t *testing.T) bool {
	t.Helper()
	if os.Getenv(insideNamespace) == t.Name() {
		onlyLoopback(t)
		return true
	}
	t.Parallel() // the work is in children, each in its own namespace
	for command, debianPackage := range map[string]string{"unshare": "util-linux", "ip": "iproute2"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Fatalf("this test needs the command %s (Debian package %s): %v", command, debianPackage, err)
		}
	}
	own := []string{"-n"}
	if os.Getuid() != 0 {
		own = []string{"-Urn"} // a user namespace gives the right to make the other
	}
	if out, err := exec.CommandContext(t.Context(), "unshare", append(own, "true")...).CombinedOutput(); err != nil {
		t.Fatalf("this test needs a network namespace: run it as root, or allow user namespaces "+
			"(sysctl kernel.unprivileged_userns_clone=1): unshare %s: %v: %s", own[0], err, out)
	}
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), "unshare", append(own, binary, "-test.v", "-test.timeout=1m", "-test.run=^"+t.Name()+"$")...)
	child.Env = append(os.Environ(), insideNamespace+"="+t.Name())
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()+" ") {
		t.Fatalf("in the namespace: %v\n%s", err, out)
	}
	return false
}

// onlyLoopback stops the test where the namespace is not a fresh one.
func onlyLoopback(t *testing.T) {
	t.Helper()
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback == 0 && i.Flags&net.FlagUp != 0 {
			t.Fatalf("interface %s is up: this is not a namespace of the test's own", i.Name)
		}
	}
	IP(t, "link set lo up")
}

// IP runs one command of iproute2 inside the test's own namespace, for example
// "link set jam0 down".
func IP(t *testing.T, command string) {
	t.Helper()
	if os.Getenv(insideNamespace) != t.Name() {
		t.Fatalf("ip %s outside the namespace", command)
	}
	if out, err := exec.CommandContext(t.Context(), "ip", strings.Fields(command)...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s", command, err, out)
	}
}

// Plug makes a cable with both ends in the namespace, the near one with an address such
// as 192.168.77.2/24. Without IPv6's own chatter an interface sends nothing that nobody asked it to.
func Plug(t *testing.T, near, address string) {
	t.Helper()
	IP(t, "link add "+near+" type veth peer name "+near+"far")
	IP(t, "addr add "+address+" dev "+near)
	IP(t, "link set "+near+" addrgenmode none")
	IP(t, "link set "+near+"far addrgenmode none up")
	IP(t, "link set "+near+" up")
}
