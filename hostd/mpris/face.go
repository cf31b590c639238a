//go:build linux

package mpris

import (
	"context"
	"encoding/xml"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
)

// What the specification calls things.
const (
	objectPath   = dbus.ObjectPath("/org/mpris/MediaPlayer2")
	rootFace     = "org.mpris.MediaPlayer2"
	playerFace   = "org.mpris.MediaPlayer2.Player"
	propertyFace = "org.freedesktop.DBus.Properties"

	introspectFace = "org.freedesktop.DBus.Introspectable"
)

// order is a command on its way to the host. It may take its time, so it is not carried out where calls are answered.
type order func(ctx context.Context) error

// method is a method on the bus. One of answer and order is set.
type method struct {
	name   string
	in     []introspect.Arg
	out    []introspect.Arg
	answer func(d *desk, args []any) ([]any, *dbus.Error)
	order  func(d *desk, args []any) (order, *dbus.Error) // no order: nothing is to be done
}

// property is a property on the bus. It can be set when set is not nil.
type property struct {
	name    string
	value   string // signature
	changes string // true: told by PropertiesChanged; false: must be asked for; const: never
	get     func(s shown) any
	set     func(d *desk, value any) (order, *dbus.Error)
}

// face is an interface of the bus. What introspection names is read from it, as are the calls that are taken.
type face struct {
	name       string
	methods    []method
	properties []property
	signals    []introspect.Signal
}

// told are the properties whose changes the desktop hears of.
func (f *face) told() (list []property) {
	for _, p := range f.properties {
		if p.changes == "true" {
			list = append(list, p)
		}
	}
	return list
}

// faces are all interfaces of the object.
func faces() []face {
	return []face{
		{name: rootFace, methods: rootMethods(), properties: rootProperties()},
		{name: playerFace, methods: playerMethods(), properties: playerProperties(), signals: []introspect.Signal{
			{Name: "Seeked", Args: args("Position", "x")},
		}},
		{name: propertyFace, methods: propertyMethods(), signals: []introspect.Signal{
			{Name: "PropertiesChanged", Args: args("interface_name", "s", "changed_properties", "a{sv}", "invalidated_properties", "as")},
		}},
		{name: introspectFace, methods: []method{{
			name: "Introspect", out: args("xml_data", "s"),
			answer: func(d *desk, _ []any) ([]any, *dbus.Error) { return []any{d.description}, nil },
		}}},
		{name: "org.freedesktop.DBus.Peer", methods: []method{{
			name: "Ping", answer: func(*desk, []any) ([]any, *dbus.Error) { return nil, nil },
		}}},
	}
}

// args reads pairs of name and signature.
func args(pairs ...string) (list []introspect.Arg) {
	for ; len(pairs) > 1; pairs = pairs[2:] {
		list = append(list, introspect.Arg{Name: pairs[0], Type: pairs[1]})
	}
	return list
}

// signature is what the arguments look like in a message.
func signature(list []introspect.Arg) (s string) {
	for _, a := range list {
		s += a.Type
	}
	return s
}

// describe is the answer to Introspect.
func describe(list []face) string {
	node := introspect.Node{}
	for _, f := range list {
		described := introspect.Interface{Name: f.name, Signals: f.signals}
		for _, m := range f.methods {
			described.Methods = append(described.Methods, introspect.Method{Name: m.name, Args: append(toward("in", m.in), toward("out", m.out)...)})
		}
		for _, p := range f.properties {
			access := "read"
			if p.set != nil {
				access = "readwrite"
			}
			described.Properties = append(described.Properties, introspect.Property{Name: p.name, Type: p.value, Access: access,
				Annotations: []introspect.Annotation{{Name: "org.freedesktop.DBus.Property.EmitsChangedSignal", Value: p.changes}}})
		}
		node.Interfaces = append(node.Interfaces, described)
	}
	return document(node)
}

// document writes the introspection of an object.
func document(node introspect.Node) string {
	text, err := xml.Marshal(node)
	if err != nil {
		panic(err) // structs of strings
	}
	return strings.TrimSpace(introspect.IntrospectDeclarationString) + string(text)
}

// toward marks arguments as going in or out.
func toward(direction string, list []introspect.Arg) (marked []introspect.Arg) {
	for _, a := range list {
		a.Direction = direction
		marked = append(marked, a)
	}
	return marked
}

// propertyMethods is org.freedesktop.DBus.Properties.
func propertyMethods() []method {
	return []method{
		{name: "Get", in: args("interface_name", "s", "property_name", "s"), out: args("value", "v"),
			answer: func(d *desk, args []any) ([]any, *dbus.Error) {
				p, failure := d.property(args)
				if failure != nil {
					return nil, failure
				}
				return []any{dbus.MakeVariant(p.get(d.look()))}, nil
			}},
		{name: "GetAll", in: args("interface_name", "s"), out: args("properties", "a{sv}"),
			answer: func(d *desk, args []any) ([]any, *dbus.Error) {
				f := d.face(args[0].(string))
				if f == nil {
					return nil, failed("UnknownInterface", "there is no such interface")
				}
				return []any{values(f.properties, d.look())}, nil
			}},
		{name: "Set", in: args("interface_name", "s", "property_name", "s", "value", "v"),
			order: func(d *desk, args []any) (order, *dbus.Error) {
				p, failure := d.property(args)
				if failure != nil {
					return nil, failure
				}
				value := args[2].(dbus.Variant)
				switch {
				case p.set == nil:
					return nil, failed("PropertyReadOnly", "this property cannot be set")
				case value.Signature().String() != p.value:
					return nil, failed("InvalidArgs", "this property has another type")
				}
				return p.set(d, value.Value())
			}},
	}
}

// values are the properties at an instant.
func values(list []property, at shown) map[string]dbus.Variant {
	all := make(map[string]dbus.Variant, len(list))
	for _, p := range list {
		all[p.name] = dbus.MakeVariant(p.get(at))
	}
	return all
}

// failed is an error of the bus. Its text is ours, never the host's: who knows what that names.
func failed(name, text string) *dbus.Error {
	return dbus.NewError("org.freedesktop.DBus.Error."+name, []any{text})
}
