package loudness

import (
	"syscall"
	"unsafe"
)

// maxMemory is how much address space mpv may use, in bytes. It takes 0.9 GB
// of it, and 70 MB of memory.
const maxMemory = 2 << 30

// limitMemory makes what is asked for beyond maxMemory fail.
func limitMemory(pid int) {
	limit := syscall.Rlimit{Cur: maxMemory, Max: maxMemory}
	_, _, _ = syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(pid), syscall.RLIMIT_AS,
		uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
}
