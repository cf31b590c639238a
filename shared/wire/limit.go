package wire

// Limit names a limit that a host holds, for its metrics: what an operator sees, never what a client gets.
type Limit string

// The limits of the contract and of the ways in, by what they are of.
const (
	LimitFrame         Limit = "frame"          // MaxClientFrame
	LimitCommandID     Limit = "command_id"     // MaxCommandID
	LimitDisplayName   Limit = "display_name"   // MaxDisplayName: replaced
	LimitSearchText    Limit = "search_text"    // MaxSearchText
	LimitSearchResults Limit = "search_results" // MaxSearchResults: lowered
	LimitToken         Limit = "token"          // MaxToken, of any token and of a join key
	LimitJoinKey       Limit = "join_key"       // MinJoinKey
	LimitChat          Limit = "chat"           // MaxChat
	LimitEmoji         Limit = "emoji"          // MaxEmoji
	LimitSetting       Limit = "setting"        // any setting's range, MaxJamName too
	LimitEndIn         Limit = "end_in"         // MaxEndIn

	LimitQueue          Limit = "queue"            // MaxUpcoming
	LimitQueuePerPerson Limit = "queue_per_person" // the setting max_queue_per_person
	LimitTrackLength    Limit = "track_length"     // the setting max_track_ms
	LimitParticipants   Limit = "participants"     // the setting max_participants
	LimitSeats          Limit = "seats"            // MaxSeats
	LimitPending        Limit = "pending"          // MaxPending
	LimitPendingOthers  Limit = "pending_others"   // PendingForOthers
	LimitUninvited      Limit = "uninvited"        // those of MaxPending who did not show that they know the code
	LimitWatchers       Limit = "watchers"         // MaxWatchers

	LimitAddRate   Limit = "add_rate"
	LimitChatRate  Limit = "chat_rate"
	LimitArtRate   Limit = "art_rate"
	LimitOtherRate Limit = "other_rate"
	LimitJoins     Limit = "joins"   // seats that one address may ask for
	LimitWaiting   Limit = "waiting" // messages that wait for a slow guest: events dropped, a snapshot owed
	LimitTooSlow   Limit = "too_slow"

	LimitConnections Limit = "connections" // --max-per-address
	LimitKnocks      Limit = "knocks"      // pipes that one address behind a soul-server may begin
	LimitSignals     Limit = "signals"     // what a page signals while the answer before is being made
	LimitCalls       Limit = "calls"       // data channels at once
	LimitCallers     Limit = "callers"     // libp2p connections, of one address or in all
)

// Limits lists every limit: the label values of jam_refused_total, of which there are no others.
func Limits() []Limit {
	return []Limit{
		LimitFrame, LimitCommandID, LimitDisplayName, LimitSearchText, LimitSearchResults, LimitToken, LimitJoinKey, LimitChat, LimitEmoji, LimitSetting, LimitEndIn,
		LimitQueue, LimitQueuePerPerson, LimitTrackLength, LimitParticipants, LimitSeats, LimitPending, LimitPendingOthers, LimitUninvited, LimitWatchers,
		LimitAddRate, LimitChatRate, LimitArtRate, LimitOtherRate, LimitJoins, LimitWaiting, LimitTooSlow,
		LimitConnections, LimitKnocks, LimitSignals, LimitCalls, LimitCallers,
	}
}

// Because names the limit that the refusal is about, and gives the refusal.
func (e *Error) Because(l Limit) *Error {
	e.Limit = l
	return e
}
