//go:build !windows

package store

import "syscall"

func diskFull() []error { return []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} }

func readOnlyDisk() error { return syscall.EROFS }
