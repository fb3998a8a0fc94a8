// Package wire holds the messages of Gaia's two protocols (proto/plugin/plugin.proto and proto/program/program.proto)
// and of grpc.health.v1, each as a table of its fields, and the codec that writes and reads them. Nothing is generated,
// so a program is not tied to a version of protobuf.
package wire

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// Codec is the form that gRPC calls "proto".
type Codec struct{}

// Name is the content type's subtype.
func (Codec) Name() string { return "proto" }

// Marshal writes a Message.
func (Codec) Marshal(message any) ([]byte, error) {
	m, ok := message.(Message)
	if !ok {
		return nil, fmt.Errorf("%T is no message of Gaia's protocol", message)
	}
	return Append(nil, m), nil
}

// Unmarshal reads into a Message.
func (Codec) Unmarshal(data []byte, message any) error {
	m, ok := message.(Message)
	if !ok {
		return fmt.Errorf("%T is no message of Gaia's protocol", message)
	}
	return Read(data, m)
}

// Append writes the message behind b.
func Append(b []byte, m Message) []byte {
	for _, field := range m.fields() {
		b = field.value.append(b, field.number)
	}
	return b
}

// Read sets the fields of m that data holds. What m does not know is passed over.
func Read(data []byte, m Message) error {
	fields := m.fields()
	for len(data) > 0 {
		number, wireType, n := protowire.ConsumeTag(data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		n, err := readField(data, fields, number, wireType)
		if err != nil {
			return fmt.Errorf("field %d of %T: %w", number, m, err)
		}
		data = data[n:]
	}
	return nil
}

func readField(data []byte, fields []field, number protowire.Number, wireType protowire.Type) (int, error) {
	for _, field := range fields {
		if field.number == number && field.value.wireType() == wireType {
			return field.value.consume(data)
		}
	}
	n := protowire.ConsumeFieldValue(number, wireType, data)
	return n, protowire.ParseError(n)
}
