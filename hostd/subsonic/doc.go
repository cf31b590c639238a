// Package subsonic is music that lies on a server of the host's: a client of the OpenSubsonic API, which
// Navidrome, gonic, Airsonic and others speak, and the way from there to the player.
//
//	client.go   one request: turns, tries, limits
//	manner.go   how this server wants to be asked: form or query, key, token or password
//	failure.go  what went wrong, as a sentence for the host
//	answer.go   what servers send, read leniently and within limits
//	songs.go    everything there is on it; playlists, covers
//	streams.go  a loopback HTTP server for the player, and its cache on disk
//	song.go     one song of the cache, of which pieces are there
//	fetch.go    gets the missing pieces, each once; request.go asks the server for them
//	serve.go    gives them to the player
//
// Every byte of a server is taken for hostile: answers are bounded in bytes, depth and count before they are
// decoded, and a song is never more than bytes for the player. What opens the server never reaches a log, an
// error or the player.
package subsonic
