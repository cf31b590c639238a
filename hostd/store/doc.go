// Package store keeps the host's state in one bbolt file: the log of the running
// jam, the host's last sign of life, the history of ended jams and the known tracks.
//
// It knows bytes and the wire's history objects, not the rules of a jam. Every
// value is a record (record.go) with a version and a checksum, because bbolt
// itself does not notice a flipped bit. The file has a schema number; a newer
// file refuses an older program.
//
//	meta/schema                 number of the layout below
//	meta/running                id of the running jam
//	jams/<id>/log/<n>           its entries, in order
//	jams/<id>/mark              the host's last sign of life
//	history/<ended_at> <id>     one ended jam each
//	members/<user id>           who is a member: the hash of their token, their key, when they were last seen
//	tracks/<track id>           the library's own records
package store
