package crash

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// The kinds of an op.
const (
	opWrite    = "write"
	opTruncate = "truncate"
	opSync     = "sync"
	opOther    = "other" // makes, renames or removes a file: recorded without its content
)

// op is one change that somebody asked of the disk.
type op struct {
	Kind string
	File string // relative to the disk; of opOther its name
	Off  int64  // of a write; of a truncate the new size
	Data []byte // of a write
	Lost bool   // it was refused
}

// disk is a directory that a test can watch, and make refuse.
type disk struct {
	dir string // where it is mounted

	mu     sync.Mutex // guards what follows
	record bool
	log    []op
	// refuse decides on each op before it is done; nil takes all. A write that is refused is not done; a sync that is, loses what it should have kept.
	refuse func(op) syscall.Errno
}

// newDisk mounts an empty one until the test ends.
func newDisk(t *testing.T) *disk {
	t.Helper()
	if _, err := os.Stat("/dev/fuse"); err != nil {
		t.Fatalf("these tests bring a disk of their own: load the module fuse (modprobe fuse) and run as root, or give the container --device /dev/fuse --cap-add SYS_ADMIN (%v)", err)
	}
	backing := memory(t)
	d := &disk{dir: filepath.Join(t.TempDir(), "disk")}
	if err := os.Mkdir(d.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	data := &fs.LoopbackRoot{Path: backing}
	root := &node{LoopbackNode: &fs.LoopbackNode{RootData: data}, disk: d}
	data.RootNode = root
	server, err := fs.Mount(d.dir, root, &fs.Options{MountOptions: fuse.MountOptions{DirectMount: true, FsName: "crash", Name: "crash", MaxWrite: 1 << 20}})
	if err != nil {
		t.Fatalf("mount a disk of the test's own: run as root (%v)", err)
	}
	t.Cleanup(func() {
		d.set(nil)
		if err := server.Unmount(); err != nil {
			t.Errorf("unmount: %v", err)
			_ = syscall.Unmount(d.dir, syscall.MNT_DETACH)
		}
	})
	return d
}

// memory is a directory for what need not survive the machine, so that its syncs cost nothing.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "crash")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// set replaces what is refused; nil refuses nothing.
func (d *disk) set(refuse func(op) syscall.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refuse = refuse
}

// ops is what was recorded so far.
func (d *disk) ops() []op {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.log)
}

func (d *disk) watch() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.record = true
}

// asked notes an op and tells whether it is refused.
func (d *disk) asked(o op) syscall.Errno {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errno syscall.Errno
	if d.refuse != nil {
		errno = d.refuse(o)
	}
	if d.record {
		o.Lost, o.Data = errno != 0, slices.Clone(o.Data)
		d.log = append(d.log, o)
	}
	return errno
}

// node is a file or directory of the disk.
type node struct {
	*fs.LoopbackNode
	disk *disk
}

func (n *node) WrapChild(_ context.Context, child fs.InodeEmbedder) fs.InodeEmbedder {
	if plain, ok := child.(*fs.LoopbackNode); ok {
		return &node{plain, n.disk}
	}
	return child
}

func (n *node) at(name string) string { return filepath.Join(n.Path(n.Root()), name) }

func (n *node) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	if flags&syscall.O_TRUNC != 0 {
		if errno := n.disk.asked(op{Kind: opTruncate, File: n.at("")}); errno != 0 {
			return nil, 0, errno
		}
	}
	fh, how, errno := n.LoopbackNode.Open(ctx, flags)
	return n.wrap(fh), how, errno
}

func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	if errno := n.disk.asked(op{Kind: opOther, File: n.at(name)}); errno != 0 {
		return nil, nil, 0, errno
	}
	inode, fh, how, errno := n.LoopbackNode.Create(ctx, name, flags, mode, out)
	if errno != 0 {
		return nil, nil, 0, errno
	}
	return inode, &handle{fh.(*fs.LoopbackFile), n.disk, n.at(name)}, how, 0
}

func (n *node) wrap(fh fs.FileHandle) fs.FileHandle {
	if file, ok := fh.(*fs.LoopbackFile); ok {
		return &handle{file, n.disk, n.at("")}
	}
	return fh
}

func (n *node) Setattr(ctx context.Context, fh fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if size, ok := in.GetSize(); ok {
		if errno := n.disk.asked(op{Kind: opTruncate, File: n.at(""), Off: int64(size)}); errno != 0 {
			return errno
		}
	}
	return n.LoopbackNode.Setattr(ctx, fh, in, out)
}

func (n *node) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	if errno := n.disk.asked(op{Kind: opOther, File: n.at(name)}); errno != 0 {
		return nil, errno
	}
	return n.LoopbackNode.Mkdir(ctx, name, mode, out)
}

func (n *node) Rename(ctx context.Context, name string, parent fs.InodeEmbedder, to string, flags uint32) syscall.Errno {
	if errno := n.disk.asked(op{Kind: opOther, File: n.at(name)}); errno != 0 {
		return errno
	}
	return n.LoopbackNode.Rename(ctx, name, parent, to, flags)
}

func (n *node) Unlink(ctx context.Context, name string) syscall.Errno {
	if errno := n.disk.asked(op{Kind: opOther, File: n.at(name)}); errno != 0 {
		return errno
	}
	return n.LoopbackNode.Unlink(ctx, name)
}

// handle is an open file of the disk.
type handle struct {
	*fs.LoopbackFile
	disk *disk
	file string
}

// PassthroughFd keeps the kernel from writing past this process.
func (h *handle) PassthroughFd() (int, bool) { return 0, false }

func (h *handle) Write(ctx context.Context, data []byte, off int64) (uint32, syscall.Errno) {
	if errno := h.disk.asked(op{Kind: opWrite, File: h.file, Off: off, Data: data}); errno != 0 {
		return 0, errno
	}
	return h.LoopbackFile.Write(ctx, data, off)
}

func (h *handle) Fsync(_ context.Context, _ uint32) syscall.Errno {
	return h.disk.asked(op{Kind: opSync, File: h.file})
}

func (h *handle) Allocate(ctx context.Context, off, size uint64, mode uint32) syscall.Errno {
	if errno := h.disk.asked(op{Kind: opTruncate, File: h.file, Off: int64(off + size)}); errno != 0 {
		return errno
	}
	return h.LoopbackFile.Allocate(ctx, off, size, mode)
}
