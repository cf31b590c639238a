package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Decoder reads client frames. It is immutable and may be shared.
type Decoder struct {
	kinds map[string]kind
}

// kind is a command's Go type, and the fields it cannot be understood without:
// those whose tag does not say that they may be left out.
type kind struct {
	reflect.Type
	needs []string
}

// NewDecoder knows every command of the catalogue.
func NewDecoder() *Decoder {
	kinds := map[string]kind{}
	for _, c := range Commands() {
		k := kind{Type: reflect.TypeOf(c)}
		for i := range k.NumField() {
			name, options, _ := strings.Cut(k.Field(i).Tag.Get("json"), ",")
			if options == "" {
				k.needs = append(k.needs, name)
			}
		}
		kinds[c.CommandType()] = k
	}
	return &Decoder{kinds: kinds}
}

// Decode reads one frame of at most MaxClientFrame bytes: one JSON object with a
// known type. Unknown fields are ignored. The id is returned even with an error,
// when it could be read, so that the refusal reaches the question it answers.
func (d *Decoder) Decode(frame []byte) (id string, c Command, refusal *Error) {
	if len(frame) > MaxClientFrame {
		return "", nil, Refuse(CodeBadRequest).Because(LimitFrame)
	}
	if !utf8.Valid(frame) {
		return "", nil, Refuse(CodeBadRequest)
	}
	var head struct {
		Type *string `json:"type"`
		ID   *string `json:"id"`
	}
	err := json.Unmarshal(frame, &head) // a type that is no text leaves an id that is one readable
	if head.ID != nil {
		if len(*head.ID) > MaxCommandID {
			return "", nil, Refuse(CodeBadRequest).Because(LimitCommandID)
		}
		id = *head.ID
	}
	if err != nil || head.Type == nil {
		return id, nil, Refuse(CodeBadRequest)
	}
	k, known := d.kinds[*head.Type]
	if !known || !k.complete(frame) {
		return id, nil, Refuse(CodeBadRequest)
	}
	v := reflect.New(k.Type)
	if err := json.Unmarshal(frame, v.Interface()); err != nil {
		return id, nil, Refuse(CodeBadRequest)
	}
	return id, v.Elem().Interface().(Command), nil
}

// complete tells whether all that is needed is there, by its exact name, and not null.
func (k kind) complete(frame []byte) bool {
	if len(k.needs) == 0 {
		return true
	}
	var there map[string]json.RawMessage
	if json.Unmarshal(frame, &there) != nil {
		return false
	}
	for _, name := range k.needs {
		if value := string(there[name]); value == "" || value == "null" {
			return false
		}
	}
	return true
}

// Encode writes a message as it goes over every path: its type first, its seq
// when it is an event that changed the session (seq > 0), then its fields.
func Encode(m Message, seq uint64) ([]byte, error) {
	fields, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.MessageType(), err)
	}
	out := make([]byte, 0, len(fields)+48)
	out = append(out, `{"type":"`...)
	out = append(out, m.MessageType()...)
	out = append(out, '"')
	if seq > 0 {
		out = append(out, `,"seq":`...)
		out = strconv.AppendUint(out, seq, 10)
	}
	return appendFields(out, fields), nil
}

// appendFields finishes an object that has begun with those of another.
func appendFields(out, object []byte) []byte {
	rest := bytes.TrimPrefix(object, []byte("{"))
	if len(rest) > 1 {
		out = append(out, ',')
	}
	return append(out, rest...)
}

// EncodeCommand writes a command with its id ("" = none), for clients in Go and for tests.
func EncodeCommand(c Command, id string) ([]byte, error) {
	fields, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", c.CommandType(), err)
	}
	head, _ := json.Marshal(struct { // two texts: cannot fail
		Type string `json:"type"`
		ID   string `json:"id,omitempty"`
	}{c.CommandType(), id})
	return appendFields(head[:len(head)-1], fields), nil
}

// JoinFrame puts several encoded messages into one frame: the message itself
// when it is alone, else a JSON array.
func JoinFrame(messages [][]byte) []byte {
	if len(messages) == 1 {
		return messages[0]
	}
	size := 2
	for _, m := range messages {
		size += len(m) + 1
	}
	out := make([]byte, 0, size)
	for i, m := range messages {
		out = append(out, "[,"[min(i, 1)])
		out = append(out, m...)
	}
	return append(out, ']')
}
