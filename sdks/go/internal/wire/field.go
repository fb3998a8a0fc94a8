package wire

import (
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
)

// Message is one message of the protocol: the table of its fields.
type Message interface {
	fields() []field
}

// field binds a number of the proto file to the place in the struct that holds its value.
type field struct {
	number protowire.Number
	value  value
}

// value writes what it points to, and reads it back.
type value interface {
	// wireType is the form in which the value comes. A field in another form is passed over like an unknown one.
	wireType() protowire.Type
	// append writes the field, or nothing when it holds its default.
	append(b []byte, number protowire.Number) []byte
	// consume reads one occurrence and says how many bytes it took; less than 0 is an error of protowire.
	consume(b []byte) (int, error)
}

// text is a string.
type text struct{ to *string }

func (text) wireType() protowire.Type { return protowire.BytesType }

func (v text) append(b []byte, number protowire.Number) []byte {
	if *v.to == "" {
		return b
	}
	return appendText(b, number, *v.to)
}

func (v text) consume(b []byte) (int, error) {
	bytes, n := protowire.ConsumeBytes(b)
	if n >= 0 {
		*v.to = string(bytes)
	}
	return n, protowire.ParseError(n)
}

// appendText writes a string. What is no UTF-8 would make the reader give up, so it is replaced.
func appendText(b []byte, number protowire.Number, s string) []byte {
	b = protowire.AppendTag(b, number, protowire.BytesType)
	return protowire.AppendString(b, strings.ToValidUTF8(s, "\uFFFD"))
}

// truth is a bool.
type truth struct{ to *bool }

func (truth) wireType() protowire.Type { return protowire.VarintType }

func (v truth) append(b []byte, number protowire.Number) []byte {
	return appendVarint(b, number, protowire.EncodeBool(*v.to))
}

func (v truth) consume(b []byte) (int, error) {
	x, n := protowire.ConsumeVarint(b)
	*v.to = protowire.DecodeBool(x)
	return n, protowire.ParseError(n)
}

// whole is a number or an enum.
type whole[T interface{ ~int32 | ~uint32 | ~uint64 }] struct{ to *T }

func number[T interface{ ~int32 | ~uint32 | ~uint64 }](to *T) value { return whole[T]{to} }

func (whole[T]) wireType() protowire.Type { return protowire.VarintType }

func (v whole[T]) append(b []byte, number protowire.Number) []byte {
	return appendVarint(b, number, uint64(*v.to))
}

func (v whole[T]) consume(b []byte) (int, error) {
	x, n := protowire.ConsumeVarint(b)
	*v.to = T(x)
	return n, protowire.ParseError(n)
}

func appendVarint(b []byte, number protowire.Number, x uint64) []byte {
	if x == 0 {
		return b
	}
	b = protowire.AppendTag(b, number, protowire.VarintType)
	return protowire.AppendVarint(b, x)
}
