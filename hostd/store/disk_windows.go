package store

import "syscall"

// The numbers of winerror.h.
const (
	errorWriteProtect   = syscall.Errno(19)
	errorHandleDiskFull = syscall.Errno(39)
	errorDiskFull       = syscall.Errno(112)
)

func diskFull() []error { return []error{errorDiskFull, errorHandleDiskFull} }

func readOnlyDisk() error { return errorWriteProtect }
