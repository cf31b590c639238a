// Package library is the host's music: it scans the music folders, reads tags
// and lengths, answers searches and gives covers.
//
// The way of a file, and the file of this package that deals with it:
//
//	walk.go      finds it          (no symlinks, no hidden files)
//	watch.go     hears of changes  (fsnotify; a rescan catches what that misses)
//	inspect.go   reads it          (time limit, byte limit, no panic gets out)
//	flac.go ogg.go mp3.go id3.go mp4.go   length and the few tag bytes we want
//	tags.go      has those bytes decoded; clean.go and pathname.go tidy them
//	catalog.go   gives it an id and remembers it between starts
//	index.go query.go typo.go fold.go     find it while someone types
//	art.go       gives its cover
//
// One goroutine, the one in [Library.Run], owns the catalog. Readers see an
// immutable snapshot through an atomic pointer and never wait for a scan.
//
// Every byte of a music file is taken for hostile. The tag library never sees
// a file: it sees a small stream that the parsers here have put together from
// the wanted pieces, with honest lengths, because on the file itself a forged
// picture length makes it allocate 4 GiB and a run of nested atoms overflows
// the stack, which no recover can catch.
package library
