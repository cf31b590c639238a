// Package library is the host's music: it scans the music folders, lists the
// music servers, reads tags and lengths, answers searches and gives covers; it
// says what guests may have of it, and what goes with what was played.
//
// The way of a file, and the file of this package that deals with it:
//
//	walk.go      finds it          (no symlinks, no hidden files)
//	watch.go     hears of changes  (fsnotify; a rescan catches what that misses)
//	inspect.go   reads it          (time limit, byte limit, no panic gets out)
//	flac.go ogg.go mp3.go id3.go mp4.go   length and the few tag bytes we want
//	tags.go      has those bytes decoded; clean.go and pathname.go tidy them
//	facts.go     what else the tags say: genres, year, loudness (id3facts.go mp4facts.go)
//	catalog.go   gives it an id and remembers it between starts
//	index.go query.go typo.go fold.go     find it while someone types
//	art.go       gives its cover
//
// What servers list comes by source.go and servers.go, playlists by m3u.go and
// playlist.go. same.go shows a recording once that lies in several places,
// sharing.go and sight.go keep back what somebody may not have, near.go chooses
// what fits, heard.go keeps how loud a track was found to be.
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
