//go:build linux

package mpris

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	// greetTime is how long the bus may take to let us on, and to give us our name.
	greetTime = 5 * time.Second
	// busName is the name of the bus itself.
	busName = "org.freedesktop.DBus"
	// waitingCalls is how many calls wait to be looked at; further ones get no answer.
	waitingCalls = 256
)

// bus is one connection to the session bus, on which calls come in the order they were made. (The library's own
// handling of calls starts a goroutine for each.)
type bus struct {
	line *line
	conn *dbus.Conn
	in   chan *dbus.Message // closed when the connection is gone
}

// join connects, shows who we are, and says hello.
func join(ctx context.Context, address string) (*bus, error) {
	ctx, cancel := context.WithTimeout(ctx, greetTime)
	defer cancel()
	line, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	// The library's calls know no context: they end with the connection.
	stop := context.AfterFunc(ctx, func() { _ = line.Close() })
	conn, err := dbus.NewConn(line)
	if err != nil {
		_ = line.Close()
		return nil, fmt.Errorf("talk to the session bus: %w", err)
	}
	err = conn.Auth(nil)
	if err == nil {
		err = conn.Hello()
	}
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("say hello to the session bus: %w", err)
	}
	b := &bus{line: line, conn: conn, in: make(chan *dbus.Message, waitingCalls)}
	conn.Eavesdrop(b.in)
	return b, nil
}

// leave ends the connection and waits until nothing of it runs. It closes the socket rather than the library's
// connection, which would close the channel under the hands of the goroutine that fills it.
func (b *bus) leave() {
	_ = b.line.Close()
	for range b.in { //nolint:revive // until it is closed
	}
}

// claim asks for a well-known name; the answer comes as any message.
func (b *bus) claim(ctx context.Context, name string) *dbus.Message {
	const doNotQueue = uint32(dbus.NameFlagDoNotQueue)
	request := &dbus.Message{
		Type: dbus.TypeMethodCall,
		Headers: map[dbus.HeaderField]dbus.Variant{
			dbus.FieldDestination: dbus.MakeVariant(busName),
			dbus.FieldPath:        dbus.MakeVariant(dbus.ObjectPath("/org/freedesktop/DBus")),
			dbus.FieldInterface:   dbus.MakeVariant(busName),
			dbus.FieldMember:      dbus.MakeVariant("RequestName"),
			dbus.FieldSignature:   dbus.MakeVariant(dbus.SignatureOf("", uint32(0))),
		},
		Body: []any{name, doNotQueue},
	}
	b.conn.SendWithContext(ctx, request, nil)
	return request
}

// granted reads the answer to claim: whether the name is ours, or another's.
func granted(answer *dbus.Message) (bool, error) {
	if answer.Type == dbus.TypeError {
		return false, errors.New("the session bus refuses the name")
	}
	var code uint32
	if err := dbus.Store(answer.Body, &code); err != nil {
		return false, fmt.Errorf("read whose the name is: %w", err)
	}
	return code == uint32(dbus.RequestNameReplyPrimaryOwner) || code == uint32(dbus.RequestNameReplyAlreadyOwner), nil
}

// reply answers a call, unless the caller does not care.
func (b *bus) reply(call *dbus.Message, body []any, failure *dbus.Error) {
	if call.Flags&dbus.FlagNoReplyExpected != 0 {
		return
	}
	answer := &dbus.Message{Type: dbus.TypeMethodReply, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldReplySerial: dbus.MakeVariant(call.Serial()),
	}}
	if sender, ok := call.Headers[dbus.FieldSender]; ok {
		answer.Headers[dbus.FieldDestination] = sender
	}
	if failure != nil {
		answer.Type, body = dbus.TypeError, failure.Body
		answer.Headers[dbus.FieldErrorName] = dbus.MakeVariant(failure.Name)
	}
	if len(body) > 0 {
		answer.Body = body
		answer.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(body...))
	}
	b.conn.Send(answer, nil)
}

// tell sends a signal to all who listen. That it does not arrive is noticed by the reading side.
func (b *bus) tell(face, member string, body ...any) {
	_ = b.conn.Emit(objectPath, face+"."+member, body...)
}
