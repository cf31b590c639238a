//go:build linux

package mpris

import (
	"context"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
)

// task is an order with the call that waits for it.
type task struct {
	call *dbus.Message
	do   order
	err  error
}

// find gives the method that a call names, when its arguments are of the right types.
func (v *visit) find(m *dbus.Message) (method, *dbus.Error) {
	path, _ := m.Headers[dbus.FieldPath].Value().(dbus.ObjectPath)
	face, _ := m.Headers[dbus.FieldInterface].Value().(string) // may be left out
	member, _ := m.Headers[dbus.FieldMember].Value().(string)
	given, _ := m.Headers[dbus.FieldSignature].Value().(dbus.Signature)
	known := v.faces
	if path != objectPath {
		known = above(path)
	}
	if known == nil {
		return method{}, failed("UnknownObject", "there is no such object")
	}
	for _, f := range known {
		if face != "" && face != f.name {
			continue
		}
		for _, found := range f.methods {
			switch {
			case found.name != member:
			case signature(found.in) != given.String():
				return method{}, failed("InvalidArgs", "this method has other arguments")
			default:
				return found, nil
			}
		}
	}
	return method{}, failed("UnknownMethod", "there is no such method")
}

// above is what can be asked of the paths above ours: the way down. It is nil for all other paths.
func above(path dbus.ObjectPath) []face {
	rest, ok := strings.CutPrefix(string(objectPath), strings.TrimSuffix(string(path), "/")+"/")
	if !ok {
		return nil
	}
	child, _, _ := strings.Cut(rest, "/")
	text := document(introspect.Node{Children: []introspect.Node{{Name: child}}})
	return []face{{name: introspectFace, methods: []method{{name: "Introspect", out: args("xml_data", "s"),
		answer: func(*desk, []any) ([]any, *dbus.Error) { return []any{text}, nil }}}}}
}

// call answers a call, or hands it on to work.
func (v *visit) call(m *dbus.Message) {
	found, failure := v.find(m)
	if failure != nil {
		v.bus.reply(m, nil, failure)
		return
	}
	if found.answer != nil {
		body, failure := found.answer(v.desk, m.Body)
		v.bus.reply(m, body, failure)
		return
	}
	do, failure := found.order(v.desk, m.Body)
	if failure != nil || do == nil {
		v.bus.reply(m, nil, failure)
		return
	}
	select {
	case v.orders <- task{call: m, do: do}:
	default:
		v.bus.reply(m, nil, failed("LimitsExceeded", "too many commands are waiting"))
	}
}

// work carries the orders out, one after the other, until ctx ends.
func (v *visit) work(ctx context.Context) {
	for {
		var t task
		select {
		case <-ctx.Done():
			return
		case t = <-v.orders:
		}
		once, cancel := context.WithTimeout(ctx, orderTime)
		t.err = t.do(once)
		cancel()
		select {
		case <-ctx.Done():
			return
		case v.done <- t:
		}
	}
}

// finish tells the caller how its order went.
func (v *visit) finish(t task) {
	var failure *dbus.Error
	if t.err != nil {
		v.config.Log.Debug("a command of the desktop failed", "member", t.call.Headers[dbus.FieldMember].Value(), "err", t.err)
		failure = failed("Failed", "the host did not do it")
	}
	v.bus.reply(t.call, nil, failure)
}
