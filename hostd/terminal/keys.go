package terminal

import (
	tea "charm.land/bubbletea/v2"
)

// key is what one key does while nothing is typed. Help, the last row and the loop read the same table.
type key struct {
	// names as bubbletea calls the keys; the first is shown unless show says how.
	names []string
	show  string
	group string
	// about is for help; label, for the last row, says what it would do now.
	about string
	label func(*state) string
	// on is the page where it means something, all when there is none.
	on *page
	// may says why the person may not, "" when they may: what one may not do is not offered. now says why it cannot be done now.
	may, now func(*state) string
	footer   bool
	// less tells that another key does it better, so that the last row does without this one.
	less func(*state) bool
	do   func(*model) tea.Cmd
}

func (k key) shown() string {
	if k.show != "" {
		return k.show
	}
	return k.names[0]
}

// refusal is why the key does nothing, "" when it does something.
func (k key) refusal(s *state) string {
	for _, no := range []func(*state) string{k.may, k.now} {
		if no != nil {
			if why := no(s); why != "" {
				return why
			}
		}
	}
	return ""
}

// here tells whether the key means something on the page that is open; the queue stands beside the chat on a wide screen.
func (k key) here(s *state) bool {
	return k.on == nil || *k.on == s.page || *k.on == pageQueue && s.page == pageChat && s.wide()
}

// offered tells whether the key does something now.
func (k key) offered(s *state) bool { return k.here(s) && k.refusal(s) == "" }

// keys is the table, in the order of help.
func keys() []key {
	return append(append(everyKey(), controlKeys()...), hostKeys()...)
}

func text(s string) func(*state) string { return func(*state) string { return s } }

// right gives a sentence unless the person has the right.
func right(has func(*state) bool, sentence string) func(*state) string {
	return func(s *state) string {
		if has(s) {
			return ""
		}
		return sentence
	}
}

// either is one of two words.
func either(is func(*state) bool, yes, no string) func(*state) string {
	return func(s *state) string {
		if is(s) {
			return yes
		}
		return no
	}
}

func plays(s *state) bool     { return s.room.Current != nil }
func hosting(s *state) bool   { return s.room.Hosts() }
func onItem(s *state) bool    { return s.selected() != nil }
func onPage(p page) *page     { return &p }
func votedSkip(s *state) bool { return s.room.Current != nil && s.ballot.skip == s.room.Current.ID }
func upvoted(s *state) bool   { item := s.selected(); return item != nil && s.ballot.upvotes[item.ID] }

const (
	groupMusic = "Music"

	noSong    = "Nothing is playing."
	noItem    = "No song is waiting."
	onlyHosts = "Only the host does that."
)

func everyKey() []key {
	const g = "Everywhere"
	return []key{
		{names: []string{"/"}, group: g, about: "search songs and add them", label: text("add songs"), footer: true,
			may: right(func(s *state) bool { return s.room.Rights.CanAddToQueue }, "Only the host adds songs in this jam."), do: (*model).openAdd},
		{names: []string{"v"}, group: g, about: "vote to skip, or take it back", label: either(votedSkip, "don’t skip", "vote to skip"), footer: true,
			may: right(func(s *state) bool { return s.room.Rights.CanVoteSkip }, "The host turned off voting to skip."), now: right(plays, noSong),
			less: func(s *state) bool { return s.room.Rights.CanSkip }, do: (*model).voteSkip},
		{names: []string{"u"}, group: g, about: "vote the chosen song up", label: either(upvoted, "take vote back", "vote up"), footer: true, on: onPage(pageQueue),
			now: right(onItem, noItem), do: (*model).upvote},
		{names: []string{"x", "delete"}, group: g, about: "remove the chosen song", label: text("remove"), footer: true, on: onPage(pageQueue),
			may: right(func(s *state) bool { return s.room.Rights.CanRemoveOwn || s.room.Rights.CanRemoveAny }, "Only the host removes songs."),
			now: (*state).mayRemove, do: (*model).remove},
		{names: []string{"c"}, group: g, about: "chat", label: text("chat"), footer: true, do: (*model).openChat},
		{names: []string{"tab", "shift+tab", "1", "2", "3", "4"}, group: g, about: "next page, or 1 to 4", label: text("pages"), footer: true, do: nil},
		{names: []string{"r"}, group: g, about: "react with an emoji", label: text("react"), footer: true,
			may: right(func(s *state) bool { return s.room.Rights.CanChat }, "The host has muted you."), do: (*model).openReact},
		{names: []string{"up", "down", "k", "j", "pgup", "pgdown", "home", "end"}, show: "↑ ↓", group: g, about: "choose, or j and k", do: nil},
		{names: []string{"i"}, group: g, about: "code, connection, words", label: text("info"), do: (*model).openInfo},
		{names: []string{"q", "ctrl+c"}, group: g, about: "quit; your seat is kept", label: text("quit"), do: (*model).quit},
		{names: []string{"L"}, group: g, about: "leave for good", label: text("leave"), do: (*model).askLeave},
	}
}

func controlKeys() []key {
	const g = groupMusic
	control := right(func(s *state) bool { return s.room.Rights.CanControl }, "Only the host plays, pauses and moves songs. v votes to skip.")
	reorder := right(func(s *state) bool { return s.room.Rights.CanReorder }, "Only the host moves songs. u votes one up.")
	volume := right(func(s *state) bool { return s.room.Rights.CanSetVolume }, "Only the host sets the volume.")
	skip := right(func(s *state) bool { return s.room.Rights.CanSkip }, "Only the host skips songs. v votes to skip.")
	return []key{
		{names: []string{"space"}, group: g, about: "play or pause", footer: true, may: control, now: right(plays, noSong), do: (*model).playPause,
			label: either(func(s *state) bool { return s.room.Playback.Playing }, "pause", "play")},
		{names: []string{"s"}, group: g, about: "skip the song", label: text("skip"), footer: true, may: skip, now: right(plays, noSong), do: (*model).skip},
		{names: []string{"left"}, show: "←", group: g, about: "10 seconds back", may: control, now: right(plays, noSong), do: (*model).back},
		{names: []string{"right"}, show: "→", group: g, about: "10 seconds on", may: control, now: right(plays, noSong), do: (*model).forth},
		{names: []string{"+", "="}, group: g, about: "louder", may: volume, do: (*model).louder},
		{names: []string{"-"}, group: g, about: "quieter", may: volume, do: (*model).quieter},
		{names: []string{"p"}, group: g, about: "play the chosen song now", label: text("play now"), footer: true, on: onPage(pageQueue), may: control, now: right(onItem, noItem), do: (*model).playNow},
		{names: []string{"K", "shift+up"}, group: g, about: "move the chosen song up", on: onPage(pageQueue), may: reorder, now: right(onItem, noItem), do: (*model).moveUp},
		{names: []string{"J", "shift+down"}, group: g, about: "move the chosen song down", on: onPage(pageQueue), may: reorder, now: right(onItem, noItem), do: (*model).moveDown},
	}
}

func hostKeys() []key {
	const g = "Host, mostly on page People"
	host := right(hosting, onlyHosts)
	on := onPage(pagePeople)
	waits := func(s *state) bool { return len(s.room.Pending) > 0 }
	other := func(s *state) string {
		switch one := s.person(); {
		case one == nil || one.part != present:
			return "Choose somebody who is here."
		case one.ID == s.room.Me || one.Role == wireHost:
			return "That is not done to the host."
		}
		return ""
	}
	muted := func(s *state) bool { one := s.person(); return one != nil && !one.Permissions.CanChat }
	member := func(s *state) bool { one := s.person(); return one != nil && one.Role == wireMember }
	return []key{
		{names: []string{"a"}, group: g, about: "let in whoever asks", label: text("let in"), footer: true, on: on, may: host, now: right(waits, "Nobody asks to come in."), do: (*model).approve},
		{names: []string{"n"}, group: g, about: "turn away whoever asks", label: text("turn away"), footer: true, on: on, may: host, now: right(waits, "Nobody asks to come in."), do: (*model).deny},
		{names: []string{"m"}, group: g, about: "mute somebody, or unmute", label: either(muted, "unmute", "mute"), footer: true, on: on, may: host, now: other, do: (*model).mute},
		{names: []string{"M"}, group: g, about: "make member, or guest again", label: either(member, "make guest", "make member"), footer: true, on: on, may: host, now: other, do: (*model).setRole},
		{names: []string{"x", "delete"}, group: g, about: "remove somebody from the jam", label: text("remove"), footer: true, on: on, may: host, now: other, do: (*model).askKick},
		{names: []string{"b"}, group: g, about: "let somebody removed come back", label: text("allow again"), footer: true, on: on, may: host,
			now: right(func(s *state) bool { one := s.person(); return one != nil && one.part == barred }, "Choose somebody who was removed."), do: (*model).unban},
		{names: []string{"H"}, group: g, about: "make somebody else the host", label: text("make host"), footer: true, on: on, may: host, now: other, do: (*model).askTransfer},
		{names: []string{"E"}, group: g, about: "end the jam, or keep it going", label: text("end jam"), may: host, do: (*model).askEnd},
	}
}
