package wire

// Command is what a client asks. Its type on the wire is fixed by the contract.
type Command interface{ CommandType() string }

// Message is what the host tells.
type Message interface{ MessageType() string }

// Commands holds a zero value of every command that this version understands: a
// type that is not here is bad_request. A new command is added here and nowhere
// else in this package but its own file.
func Commands() []Command {
	return []Command{
		JoinRequest{}, Resume{}, Watch{}, Away{}, Leave{}, Ping{},
		AddTrack{}, RemoveTrack{}, Reorder{}, PlayNow{},
		Play{}, Pause{}, Skip{}, Seek{}, SetVolume{},
		VoteSkip{}, UnvoteSkip{}, Upvote{}, Unupvote{}, Chat{}, React{},
		Search{}, Art{}, UpdateSettings{}, EndSession{}, ListParticipants{},
		ApproveJoin{}, DenyJoin{}, Kick{}, Unban{}, SetRole{}, SetPermissions{}, TransferHost{},
	}
}

// Messages holds a zero value of every message that a client may get.
func Messages() []Message {
	return []Message{
		Joined{}, Resumed{}, Ack{}, &Error{}, Bye{}, Pong{},
		ParticipantJoined{}, ParticipantUpdated{}, ParticipantLeft{},
		JoinPending{}, JoinDenied{}, JoinRequested{}, ParticipantBanned{}, ParticipantUnbanned{}, Kicked{}, Granted{},
		TrackAdded{}, TrackRemoved{}, TrackUpdated{}, QueueOrder{}, NowPlaying{}, Playback{},
		SettingsUpdated{}, Notification{}, SessionUpdate{}, QueueUpdate{}, SessionEnded{}, HostStatus{},
		SkipVote{}, ChatLine{}, Reaction{}, SessionEnding{},
		SearchResults{}, ArtData{}, Participants{}, ParticipantCount{},
	}
}
