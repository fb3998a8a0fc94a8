package wire

import (
	"sort"

	"google.golang.org/protobuf/encoding/protowire"
)

// pointer is a *T that is a message.
type pointer[T any] interface {
	*T
	Message
}

// texts is a list of strings.
type texts struct{ to *[]string }

func (texts) wireType() protowire.Type { return protowire.BytesType }

func (v texts) append(b []byte, number protowire.Number) []byte {
	for _, s := range *v.to {
		b = appendText(b, number, s)
	}
	return b
}

func (v texts) consume(b []byte) (int, error) {
	var one string
	n, err := text{&one}.consume(b)
	*v.to = append(*v.to, one)
	return n, err
}

// ids is a packed list of numbers. Every proto3 encoder packs such lists.
type ids struct{ to *[]uint32 }

func (ids) wireType() protowire.Type { return protowire.BytesType }

func (v ids) append(b []byte, number protowire.Number) []byte {
	if len(*v.to) == 0 {
		return b
	}
	var packed []byte
	for _, id := range *v.to {
		packed = protowire.AppendVarint(packed, uint64(id))
	}
	b = protowire.AppendTag(b, number, protowire.BytesType)
	return protowire.AppendBytes(b, packed)
}

func (v ids) consume(b []byte) (int, error) {
	packed, n := protowire.ConsumeBytes(b)
	for len(packed) > 0 {
		id, taken := protowire.ConsumeVarint(packed)
		if taken < 0 {
			return taken, protowire.ParseError(taken)
		}
		*v.to = append(*v.to, uint32(id))
		packed = packed[taken:]
	}
	return n, protowire.ParseError(n)
}

// embedded is a message.
type embedded struct{ to Message }

func (embedded) wireType() protowire.Type { return protowire.BytesType }

func (v embedded) append(b []byte, number protowire.Number) []byte {
	b = protowire.AppendTag(b, number, protowire.BytesType)
	return protowire.AppendBytes(b, Append(nil, v.to))
}

func (v embedded) consume(b []byte) (int, error) {
	data, n := protowire.ConsumeBytes(b)
	if n < 0 {
		return n, protowire.ParseError(n)
	}
	return n, Read(data, v.to)
}

// optional is a message that may be absent: one of a oneof.
type optional[T any, P pointer[T]] struct{ to **T }

func oneOf[T any, P pointer[T]](to **T) value { return optional[T, P]{to} }

func (optional[T, P]) wireType() protowire.Type { return protowire.BytesType }

func (v optional[T, P]) append(b []byte, number protowire.Number) []byte {
	if *v.to == nil {
		return b
	}
	return embedded{P(*v.to)}.append(b, number)
}

func (v optional[T, P]) consume(b []byte) (int, error) {
	*v.to = new(T)
	return embedded{P(*v.to)}.consume(b)
}

// list is a list of messages.
type list[T any, P pointer[T]] struct{ to *[]T }

func repeated[T any, P pointer[T]](to *[]T) value { return list[T, P]{to} }

func (list[T, P]) wireType() protowire.Type { return protowire.BytesType }

func (v list[T, P]) append(b []byte, number protowire.Number) []byte {
	for i := range *v.to {
		b = embedded{P(&(*v.to)[i])}.append(b, number)
	}
	return b
}

func (v list[T, P]) consume(b []byte) (int, error) {
	var one T
	n, err := embedded{P(&one)}.consume(b)
	*v.to = append(*v.to, one)
	return n, err
}

// dictionary is a map from text: on the wire a list of entries, written in the order of their keys.
type dictionary[T any] struct {
	to     *map[string]T
	holder func(*T) value
}

func textMap(to *map[string]string) value {
	return dictionary[string]{to, func(one *string) value { return text{one} }}
}

func messageMap[T any, P pointer[T]](to *map[string]T) value {
	return dictionary[T]{to, func(one *T) value { return embedded{P(one)} }}
}

func (dictionary[T]) wireType() protowire.Type { return protowire.BytesType }

func (v dictionary[T]) append(b []byte, number protowire.Number) []byte {
	keys := make([]string, 0, len(*v.to))
	for key := range *v.to {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		b = embedded{&entry[T]{key, (*v.to)[key], v.holder}}.append(b, number)
	}
	return b
}

func (v dictionary[T]) consume(b []byte) (int, error) {
	one := entry[T]{holder: v.holder}
	n, err := embedded{&one}.consume(b)
	if *v.to == nil {
		*v.to = map[string]T{}
	}
	(*v.to)[one.key] = one.value
	return n, err
}

type entry[T any] struct {
	key    string
	value  T
	holder func(*T) value
}

func (e *entry[T]) fields() []field {
	return []field{{1, text{&e.key}}, {2, e.holder(&e.value)}}
}
