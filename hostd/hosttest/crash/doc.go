// Package crash holds the tests of what is left when things go wrong at the worst moment: the power is cut in the
// middle of a write, the whole daemon is killed, the disk is full or broken, its directory is gone, a second daemon comes.
//
// The disk is a file system of the test's own (FUSE), so these tests are for Linux and need /dev/fuse and root. What
// uses that disk is always a child: this test binary, started again with a role (child_linux_test.go). In one process
// a page fault on the mapped data file would wait for the very process that is stopped by it.
//
//	disk_linux_test.go     the disk: it records, refuses and loses
//	child_linux_test.go    the roles of a child: writer, checker, daemon
//	image_linux_test.go    what a disk may hold after a power cut
//	script_linux_test.go   what the writer commits, and what has to be there afterwards
//	states_linux_test.go   power cuts: torn and reordered writes
//	faults_linux_test.go   every write and every sync of a commit refused once
//	kill_linux_test.go     the whole daemon killed under load; guest_linux_test.go is who makes the load
//	refusing_linux_test.go the whole daemon on a disk that refuses
//	around_linux_test.go   a second daemon, a full temporary directory, a directory that disappears
//
// The daemon is this test binary, too: hostd/server, as the program itself runs it, built once with the tests and with the race detector when they are.
// A run is repeated by CRASH_TEST_SEED=N, which every test prints.
package crash
