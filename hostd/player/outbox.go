package player

import "time"

// outbox stands between the player's goroutine, which must not wait, and the
// reader of the reports, who may lag. The queue has no limit of its own: it
// grows only by items that start and end, and those come from the reader's
// own wishes, two at most for each.
type outbox struct {
	in  chan Report
	out chan Report
}

// newOutbox starts its goroutine; close ends it.
func newOutbox() *outbox {
	o := &outbox{in: make(chan Report), out: make(chan Report)}
	go o.run()
	return o
}

func (o *outbox) run() {
	defer close(o.out)
	var queue []Report
	for {
		var out chan Report
		var head Report
		if len(queue) > 0 {
			out, head = o.out, queue[0]
		}
		select {
		case r, ok := <-o.in:
			if !ok {
				return
			}
			queue = appendReport(queue, r)
		case out <- head:
			queue = queue[1:]
		}
	}
}

// appendReport lets a newer position of the same item replace an unread one.
func appendReport(queue []Report, r Report) []Report {
	if last := len(queue) - 1; last >= 0 && r.Kind == Position &&
		queue[last].Kind == Position && queue[last].Item == r.Item {
		r.Anew = r.Anew || queue[last].Anew
		queue[last] = r
		return queue
	}
	return append(queue, r)
}

// send is for the player's goroutine only, as is close.
func (o *outbox) send(r Report) {
	if r.At.IsZero() {
		r.At = time.Now()
	}
	r.Position = max(r.Position, 0)
	o.in <- r
}

// close drops what is unread and closes the reader's channel.
func (o *outbox) close() { close(o.in) }
