package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"soul-jam/shared/wire"
)

// generate returns the whole TypeScript file.
func generate() string {
	w := &writer{seen: map[reflect.Type]string{}}
	w.line("// Generated from shared/wire by `go generate ./shared/wire`. Do not edit.")
	w.line("")
	var commands, messages []string
	for _, c := range wire.Commands() {
		commands = append(commands, w.tagged(reflect.TypeOf(c), c.CommandType(), "id?: string"))
	}
	for _, m := range wire.Messages() {
		messages = append(messages, w.tagged(reflect.TypeOf(m), m.MessageType(), "seq?: number"))
	}
	for _, o := range wire.Objects() {
		w.object(reflect.TypeOf(o))
	}
	w.union("ClientMessage", "Everything a client may ask.", commands)
	w.union("ServerMessage", "Everything the host may tell.", messages)
	w.errors()
	w.line("export * as limits from \"./%s\";", strings.TrimSuffix(limitsName, ".ts"))
	return w.String()
}

// limitsName is the file of the limits, beside the other. They are constants one by one, so that a page holds those that it uses.
const limitsName = "limits.gen.ts"

type writer struct {
	strings.Builder
	seen map[reflect.Type]string
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// tagged writes the interface of a message, with its type as a literal and, where
// the message has no such field of its own, the extra one that every message may carry.
func (w *writer) tagged(t reflect.Type, name, extra string) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	iface := t.Name() + "Message"
	fields := w.fields(t)
	w.line("export interface %s {\n  type: %q;", iface, name)
	own, _, _ := strings.Cut(extra, "?")
	if !slices.ContainsFunc(fields, func(f string) bool { return strings.HasPrefix(f, "  "+own+":") }) {
		w.line("  %s;", extra)
	}
	for _, f := range fields {
		w.line("%s", f)
	}
	w.line("}\n")
	return iface
}

// fields spells the fields of a struct, writing the objects in them first.
func (w *writer) fields(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			out = append(out, w.fields(f.Type)...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue // never sent
		}
		optional := ""
		if strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero") {
			optional = "?"
		}
		ts := f.Tag.Get("ts")
		if ts == "" {
			ts = w.typeOf(f.Type, optional == "")
		}
		out = append(out, fmt.Sprintf("  %s%s: %s;", name, optional, ts))
	}
	return out
}

// typeOf names the TypeScript type of a Go type; a pointer is nullable unless the field is optional.
func (w *writer) typeOf(t reflect.Type, nullable bool) string {
	switch {
	case t == reflect.TypeFor[wire.Time]():
		return "string"
	case t == reflect.TypeFor[json.RawMessage]():
		return "unknown"
	}
	switch t.Kind() {
	case reflect.Pointer:
		inner := w.typeOf(t.Elem(), true)
		if nullable {
			return inner + " | null"
		}
		return inner
	case reflect.Slice:
		return w.typeOf(t.Elem(), true) + "[]"
	case reflect.Map:
		return "Record<string, " + w.typeOf(t.Elem(), true) + ">"
	case reflect.String:
		return w.stringType(t)
	case reflect.Bool:
		return "boolean"
	case reflect.Struct:
		return w.object(t)
	}
	return "number"
}

// stringType gives named texts with known values their literals.
func (w *writer) stringType(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[wire.Code]():
		return "ErrorCode"
	case reflect.TypeFor[wire.Role]():
		return literals(wire.RoleHost, wire.RoleMember, wire.RoleGuest)
	case reflect.TypeFor[wire.Path]():
		return literals(wire.PathLAN, wire.PathDirect, wire.PathRelayed)
	case reflect.TypeFor[wire.State]():
		return literals(wire.StateCreated, wire.StateActive, wire.StatePaused, wire.StateEnding, wire.StateEnded)
	case reflect.TypeFor[wire.Outcome]():
		return literals(wire.OutcomeFinished, wire.OutcomeSkipped, wire.OutcomeFailed, wire.OutcomeStopped, wire.OutcomeVotedOut)
	case reflect.TypeFor[wire.HostState]():
		return literals(wire.HostOnline, wire.HostOffline, wire.HostPaused)
	case reflect.TypeFor[wire.Level]():
		return literals(wire.LevelInfo, wire.LevelSuccess, wire.LevelWarning)
	}
	return "string"
}

func literals[T ~string](values ...T) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = fmt.Sprintf("%q", string(v))
	}
	return strings.Join(quoted, " | ")
}

// object writes the interface of a nested struct once. A message that is nested
// in another (playback in the snapshot) is an object of its own name there.
func (w *writer) object(t reflect.Type) string {
	if name, done := w.seen[t]; done {
		return name
	}
	w.seen[t] = t.Name()
	fields := w.fields(t)
	w.line("export interface %s {", t.Name())
	for _, f := range fields {
		w.line("%s", f)
	}
	w.line("}\n")
	return t.Name()
}

func (w *writer) union(name, doc string, members []string) {
	w.line("/** %s */\nexport type %s =", doc, name)
	for i, m := range members {
		end := ""
		if i == len(members)-1 {
			end = ";\n"
		}
		w.line("  | %s%s", m, end)
	}
}

func (w *writer) errors() {
	rows := wire.Errors()
	var codes []string
	for _, r := range rows {
		codes = append(codes, fmt.Sprintf("%q", string(r.Code)))
	}
	w.line("export type ErrorCode = %s;\n", strings.Join(codes, " | "))
	w.line("/** All of them, for telling whether a code is one. */\nexport const errorCodes: readonly string[] = [%s];\n", strings.Join(codes, ", "))
	w.line("/** The sentence for the person who meets the error. */\nexport const errorSentences: Record<ErrorCode, string> = {")
	for _, r := range rows {
		w.line("  %s: %q,", r.Code, r.Sentence)
	}
	w.line("};\n")
}

// generateLimits returns the TypeScript file of the numbers that the page needs to know before it asks, and of the close codes.
func generateLimits() string {
	w := &writer{}
	w.line("// Generated from shared/wire by `go generate ./shared/wire`. Do not edit.")
	w.line("")
	numbers := map[string]int64{
		"version": wire.Version, "maxClientFrame": wire.MaxClientFrame, "maxDisplayName": wire.MaxDisplayName,
		"maxJamName": wire.MaxJamName, "maxSearchText": wire.MaxSearchText, "maxUpcoming": wire.MaxUpcoming, "chatKept": wire.ChatKept, "maxChat": wire.MaxChat,
		"playedShown": wire.PlayedShown, "crowd": wire.Crowd, "participantsPage": wire.ParticipantsPage, "participantsShown": wire.ParticipantsShown, "maxParticipants": wire.MaxParticipants,
		"closeRestarting": int64(wire.CloseRestarting), "closeTooSlow": int64(wire.CloseTooSlow), "closeReplaced": int64(wire.CloseReplaced),
		"closeHostAway": int64(wire.CloseHostAway), "closeKicked": int64(wire.CloseKicked), "closeEnded": int64(wire.CloseEnded),
		"closeDenied": int64(wire.CloseDenied), "closeNotFound": int64(wire.CloseNotFound), "closeFull": int64(wire.CloseFull),
		"closeBadProtocol": int64(wire.CloseBadProtocol), "closeLeft": int64(wire.CloseLeft),
	}
	names := make([]string, 0, len(numbers))
	for name := range numbers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		w.line("export const %s = %d;", name, numbers[name])
	}
	return w.String()
}
