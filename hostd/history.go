package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"soul-jam/shared/wire"
)

// history lists the jams of the past, or shows one: as a table, or in a format for other programs.
func history(ctx context.Context, p program, args []string) error {
	var format string
	d, words, err := find(p, "history", args, func(set *flag.FlagSet) {
		set.StringVar(&format, "format", "", "`FORMAT` for other programs: json, csv or m3u (the last two of one jam)")
	})
	if err != nil {
		return err
	}
	var list wire.HistoryList
	raw, err := d.fetch(ctx, http.MethodGet, "/api/jam/history", nil, &list)
	switch {
	case err != nil:
		return sentence(err)
	case len(words) > 0:
		return d.historyOf(ctx, p, list, words[0], format)
	case format == "json":
		_, err := p.out.Write(raw)
		return err
	case format != "":
		return errors.New("name the jam to export: hostd history ID --format " + format)
	}
	if len(list.Sessions) == 0 {
		fmt.Fprintln(p.out, "no jam has ended yet")
		return nil
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tWHEN\tNAME\tCODE\tPEOPLE\tSONGS\tENDED")
	for _, s := range list.Sessions {
		fmt.Fprintf(w, "%.8s\t%s\t%s\t%s\t%d\t%d\t%s\n",
			s.ID, s.CreatedAt.Local().Format("2 Jan 2006 15:04"), orNothing(s.Name), s.ShareCode, s.ParticipantCount, s.TrackCount, why(s.EndReason))
	}
	return w.Flush()
}

// historyOf shows one jam, found by its id or the beginning of it.
func (d daemon) historyOf(ctx context.Context, p program, list wire.HistoryList, id, format string) error {
	var found []wire.HistoryRow
	for _, s := range list.Sessions {
		if strings.HasPrefix(s.ID, id) {
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 0:
		return fmt.Errorf("there is no jam %q in the history: `hostd history` lists them", id)
	case len(found) > 1:
		return fmt.Errorf("%d jams begin with %q: type more of the id", len(found), id)
	}
	var detail wire.HistoryDetail
	into := any(&detail)
	if format != "" {
		into = nil
	}
	raw, err := d.fetch(ctx, http.MethodGet, "/api/jam/history/"+found[0].ID+"?format="+format, nil, into)
	if err != nil {
		return sentence(err)
	}
	if format != "" {
		_, err := p.out.Write(raw)
		return err
	}
	fmt.Fprintf(p.out, "%s, %s, %d people, ended: %s\n\n", orNothing(detail.Name), detail.CreatedAt.Local().Format("2 Jan 2006 15:04"), detail.ParticipantCount, why(detail.EndReason))
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, t := range detail.Tracks {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", t.PlayedAt.Local().Format(time.TimeOnly), t.Title, t.Artist, orNothing(t.AddedBy), outcome(t))
	}
	return w.Flush()
}

func orNothing(text *string) string {
	if text == nil {
		return "-"
	}
	return *text
}

// why says an end in words.
func why(reason *wire.EndReason) string {
	switch {
	case reason == nil:
		return "still running"
	case *reason == wire.EndedByHost:
		return "by the host"
	case *reason == wire.EndedGone:
		return "the host was away"
	}
	return string(*reason)
}

// outcome says how a track ended, where that is worth a word.
func outcome(t wire.HistoryTrack) string {
	switch t.Outcome {
	case wire.OutcomeSkipped:
		return "skipped"
	case wire.OutcomeFailed:
		return "could not be played"
	}
	return ""
}
