package wire

// TroubleCode says what is wrong, for programs. New ones may come: a reader shows the text of one that it does not know.
type TroubleCode string

// What can be wrong, with the params in brackets.
const (
	TroubleNoMPV         TroubleCode = "no_mpv"         // no player is installed (system: as GOOS names it)
	TroubleNoOutput      TroubleCode = "no_output"      // the player runs and finds nothing to play on (reason)
	TroublePlayer        TroubleCode = "player"         // the player cannot be used for another reason (reason)
	TroubleSoundLost     TroubleCode = "sound_lost"     // the audio output is gone
	TroubleOutputAway    TroubleCode = "output_away"    // the chosen output is not there
	TroubleCannotPlay    TroubleCode = "cannot_play"    // the music was paused because songs in a row could not be played (count)
	TroubleServers       TroubleCode = "servers"        // the list of music servers cannot be used (reason)
	TroubleServer        TroubleCode = "server"         // a music server cannot be listed (name, reason)
	TroubleFolderMissing TroubleCode = "folder_missing" // a music folder does not exist (folder)
	TroubleFolderDenied  TroubleCode = "folder_denied"  // a music folder may not be read (folder)
	TroubleFolder        TroubleCode = "folder"         // a music folder cannot be read for another reason (folder, reason)
	TroubleNoMusic       TroubleCode = "no_music"       // there is nothing to play (folder: the first music folder, if there is one)
	TroubleSoulServer    TroubleCode = "soul_server"    // the soul-server cannot be reached, or refuses the jam (server, reason)
	TroubleUnclaimed     TroubleCode = "unclaimed"      // the soul-server does not know the jam yet (server)
	TroubleNoAddress     TroubleCode = "no_address"     // no phone can reach this machine
	TroublePortTaken     TroubleCode = "port_taken"     // another program has the usual port (wanted, port)
	TroubleDiskFull      TroubleCode = "disk_full"      // changes are not saved, because there is no room for them (folder: of the data)
	TroubleDataAway      TroubleCode = "data_away"      // changes are not saved, because the data directory or its file is gone (folder)
	TroubleNotSaved      TroubleCode = "not_saved"      // changes are not saved for another reason (folder, reason)
	TroubleDataRestored  TroubleCode = "data_restored"  // at start the data file was damaged or missing, and a snapshot took its place (at: when that was made; kept: the damaged file, if there was one)
	TroubleDataLost      TroubleCode = "data_lost"      // at start the data file was damaged or missing, and there was no good snapshot (kept: the damaged file, if there was one)
)

// Trouble is something that is wrong right now at the host's.
type Trouble struct {
	Code TroubleCode `json:"code"`
	// Text is a sentence in English, also in the status's warnings.
	Text   string            `json:"text"`
	Params map[string]string `json:"params"`
}
