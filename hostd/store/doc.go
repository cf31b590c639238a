// Package store keeps the host's state in one bbolt file: the log of the running
// jam, the host's last sign of life, the history of ended jams and the known tracks.
//
// It knows bytes and the wire's history objects, not the rules of a jam. Every
// value is a record (record.go) with a version and a checksum, because bbolt
// itself does not notice a flipped bit. The file has a schema number; a newer
// file refuses an older program.
//
// hostd opens it by Opening (guard.go): a check comes first, in a process of its own (hostd/check), since a damaged file can end the process
// that reads it. Beside the file lie its snapshots (snapshot.go), of which the newest good one takes the place of a damaged file.
//
//	meta/schema                 number of the layout below
//	meta/running                id of the running jam
//	meta/solo                   id of the solo session, when no jam runs
//	meta/restored               of when the snapshot is that this file was, until a jam is written again
//	meta/dropped                ids of the last solo sessions that are over
//	jams/<id>/log/<n>           its entries, in order
//	jams/<id>/mark              the host's last sign of life
//	history/<ended_at> <id>     one ended jam each
//	members/<user id>           who is a member: the hash of their token, their key, when they were last seen
//	tracks/<track id>           the library's own records
//	plays/<track id>            how often people's songs were played to their end: 4 bytes, big endian
//	house/<name>                what this host remembers beside any jam: what it shares, the chosen output, a restore that nobody heard of
//
// Schema 1 is what every version so far has written. Later versions added members, plays,
// house, meta/solo, meta/restored and meta/dropped to it: a file without them is one in which there was nothing of
// the kind yet, so opening makes the buckets and no record is rewritten; an older
// program passes over what it does not know. A change that either of them would misread takes
// a new number and a migration in prepare.
package store
