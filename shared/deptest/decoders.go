package deptest

import "maps"

// minCorpus is how many inputs are kept of each fuzz target, at least: `go test` runs them every time.
const minCorpus = 3

// targets lists every fuzz target by its package, with what it decodes: bytes that somebody else wrote.
func targets() map[string]string {
	all := hostTargets()
	maps.Copy(all, sharedTargets())
	return all
}

// hostTargets are those of hostd and of a visitor.
func hostTargets() map[string]string {
	return map[string]string{
		"hostd/api.FuzzGate":             "Host, Origin and Sec-Fetch-Site of requests",
		"hostd/config.FuzzFile":          "the host's config.json",
		"hostd/config.FuzzServerURL":     "addresses of music servers",
		"hostd/config.FuzzWifi":          "names and passwords of a Wi-Fi, in its QR code",
		"hostd/jam.FuzzChat":             "chat",
		"hostd/jam.FuzzEmoji":            "reactions",
		"hostd/jam.FuzzName":             "names of people and jams",
		"hostd/jam.FuzzStep":             "commands in any order, by any role",
		"hostd/lan.FuzzRead":             "announcements by mDNS",
		"hostd/library.FuzzCover":        "covers: JPEG and PNG",
		"hostd/library.FuzzFLAC":         "FLAC",
		"hostd/library.FuzzM3U":          "playlists: M3U and M3U8",
		"hostd/library.FuzzMP3":          "MP3 with ID3",
		"hostd/library.FuzzMP4":          "MP4",
		"hostd/library.FuzzOgg":          "Ogg: Vorbis and Opus",
		"hostd/library.FuzzRecord":       "a track's record",
		"hostd/library.FuzzSearch":       "what is typed into the search, and titles",
		"hostd/library.FuzzTags":         "tags, as dhowden/tag reads them",
		"hostd/link/p2p.FuzzFrames":      "libp2p frames",
		"hostd/link/p2p.FuzzKnock":       "libp2p knocks",
		"hostd/link/p2p.FuzzPlace":       "libp2p addresses",
		"hostd/link/relayed.FuzzHello":   "hellos of the sealed pipe",
		"hostd/link/relayed.FuzzPieces":  "what a guest has sealed",
		"hostd/link/relayed.FuzzSealed":  "sealed frames",
		"hostd/link/rtc.FuzzCandidate":   "ICE candidates",
		"hostd/link/rtc.FuzzDescription": "SDP",
		"hostd/link/rtc.FuzzPieces":      "pieces over a data channel",
		"hostd/mpris.FuzzLine":           "D-Bus messages",
		"hostd/player.FuzzAppendQuoted":  "texts for mpv",
		"hostd/player.FuzzCheckSource":   "what mpv may open",
		"hostd/player.FuzzDecodeMessage": "what mpv says",
		"hostd/player.FuzzDecodeOutputs": "mpv's list of outputs",
		"hostd/store.FuzzRecord":         "stored records",
		"hostd/subsonic.FuzzDecode":      "answers of music servers",
		"hostd/subsonic.FuzzRange":       "Range and Content-Range",
		"hostd/terminal.FuzzApply":       "a host's messages, as a terminal shows them",
		"hostd/visitor.FuzzFrame":        "a host's frames",
		"hostd/visitor.FuzzIntroduction": "introductions by a soul-server",
		"hostd/visitor.FuzzRecord":       "what a visitor keeps of jams",
		"hostd/visitor.FuzzTarget":       "codes, links and names that are typed",
	}
}

// sharedTargets are those of soul-server, of what both programs share, and of the pages' server. The pages themselves are given
// hostile input by webapp/src/remote/hostile.test.ts and webapp/src/session/hostile.test.ts.
func sharedTargets() map[string]string {
	return map[string]string{
		"relay/directory.FuzzRow":     "rows of soul-server's directory",
		"relay/server.FuzzForwarded":  "X-Forwarded-For",
		"relay/server.FuzzHost":       "Host",
		"relay/server.FuzzOrigin":     "Origin",
		"relay/server.FuzzSTUN":       "STUN",
		"shared/code.FuzzParse":       "share codes",
		"shared/identity.FuzzBundle":  "bundles and their signatures",
		"shared/identity.FuzzHash":    "hashes of tokens at rest",
		"shared/identity.FuzzLinkKey": "what stands behind the # of a link",
		"shared/wire.FuzzDecode":      "frames of guests",
		"shared/wire.FuzzEvent":       "events of the log",
		"shared/wire.FuzzRights":      "rights of one person",
		"shared/wire.FuzzSettings":    "settings of a jam",
		"signaling.FuzzControl":       "control messages between host and soul-server",
		"signaling.FuzzFrames":        "batches of guests' frames",
		"signaling/client.FuzzMeet":   "what a soul-server says to a visitor",
		"signaling/server.FuzzAnswer": "a host's answers to pages",
		"signaling/server.FuzzHost":   "claims and all else that a host says",
		"signaling/server.FuzzID":     "ids of commands to an absent host",
		"webapp.FuzzHeaders":          "Host in the policy, Sec-Fetch-Site",
		"webapp.FuzzLanguage":         "Accept-Language",
		"webapp.FuzzPath":             "paths of files, Accept-Encoding",
	}
}

// notFuzzed gives the reason of every package that decodes something and has no target of its own.
func notFuzzed() map[string]string {
	return map[string]string{
		"hostd":            "reads answers of its own daemon, once that has proven itself, and lines that its own user pipes in",
		"hostd/check":      "reads from the store, whose records carry a checksum, in a process of its own",
		"hostd/guest":      "writes covers as base64; frames are shared/wire's",
		"hostd/install":    "reads the list of files that it wrote itself",
		"hostd/invitation": "reads from the store, whose records carry a checksum",
		"hostd/link/ws":    "frames are coder/websocket's; what is in them shared/wire decodes",
		"hostd/native":     "the address of a connection, by net/netip; knocks are hostd/link/p2p's",
		"hostd/remote":     "signals by encoding/json into five fields; SDP and candidates are hostd/link/rtc's",
		"hostd/server":     "reads its own files and flags",
		"hostd/session":    "reads from the store, whose records carry a checksum",
		"relay/circuit":    "addresses of its own flags; the protocol is libp2p's",
	}
}

// decodings are the calls that turn bytes into something.
func decodings() []string {
	return []string{
		"json.Unmarshal", "json.NewDecoder", "hex.DecodeString", "hex.Decode", "base64.RawURLEncoding", "base64.StdEncoding", "base64.URLEncoding", "base64.RawStdEncoding",
		"binary.BigEndian", "binary.LittleEndian", "binary.Read", "binary.Uvarint", "binary.Varint", "binary.ReadUvarint", "xml.Unmarshal", "gob.NewDecoder", "csv.NewReader",
		"jpeg.Decode", "jpeg.DecodeConfig", "png.Decode", "png.DecodeConfig", "gif.Decode", "image.Decode", "image.DecodeConfig", "tag.ReadFrom", "ice.UnmarshalCandidate", "stun.Decode",
		"url.Parse", "url.ParseQuery", "netip.ParseAddr", "netip.ParseAddrPort", "mime.ParseMediaType", "bufio.NewScanner", "bufio.NewReader", "bufio.NewReaderSize", "x509.ParseCertificate", "pem.Decode", "gzip.NewReader", "zip.NewReader",
	}
}
