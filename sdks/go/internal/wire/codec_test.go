package wire

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"testing"
)

// samples are messages with every field set.
func samples() []Message {
	return []Message{
		&Empty{},
		&Job{
			UniqueID: 4294967295, Title: "Größe ☃", Description: "d", DependsOn: []uint32{1, 300, 4294967295},
			Args: []Argument{{Description: "d", Type: "textfield", Key: "k", Value: "v"}, {}},
		},
		&JobResult{UniqueID: 1, Failed: true, ExitPipeline: true, Message: "m"},
		&HealthCheckRequest{Service: "plugin"},
		&HealthCheckResponse{Status: Serving},
		&DescribeRequest{},
		&Description{SDK: "gaia-go/0.1.0", MaxParallel: 3, Jobs: []JobDescription{{
			ID: 7, Title: "t", Description: "d", DependsOn: []uint32{1},
			Arguments: []ArgumentDescription{{
				Key: "k", Description: "d", Type: TypeVault, DefaultValue: "v", Choices: []string{"a", ""}, Required: true,
			}},
			OnDemand: true, Attempts: 2, TimeoutMs: 1 << 40,
		}}},
		&HostMessage{Start: &Start{
			Job: 1, Title: "t", Arguments: map[string]string{"a": "1", "b": ""},
			Outputs: map[string]Outputs{"x": {Values: map[string]string{"k": "1"}}, "y": {}},
			Run:     "r", Pipeline: "p", Attempt: 2,
		}},
		&HostMessage{Cancel: &Cancel{Reason: "run_stopped", GraceMs: 5000}},
		&HostMessage{Answer: &Answer{
			Request: 9, Error: "e", Run: &Run{ID: "r", Status: "s", Outputs: map[string]string{"k": "{}"}},
		}},
		&JobMessage{Log: &Log{Level: 3, Text: "two\nlines"}},
		&JobMessage{Log: &Log{}},
		&JobMessage{Request: &Request{ID: 1, StartRun: &StartRun{Pipeline: "p", Arguments: map[string]string{"a": "b"}}}},
		&JobMessage{Request: &Request{ID: 2, AwaitRun: &AwaitRun{Run: "r"}}},
		&JobMessage{Result: &Result{
			Outcome: 1, Message: "m", Outputs: map[string]string{"k": "null"},
			Jobs: []AddedJob{{Title: "t", Job: 5, Arguments: map[string]string{"a": "b"}, DependsOn: []string{"x", "y"}}},
		}},
	}
}

func fresh(message Message) Message {
	return reflect.New(reflect.TypeOf(message).Elem()).Interface().(Message)
}

func TestMessagesComeBackAsTheyWere(t *testing.T) {
	for _, message := range samples() {
		data, err := Codec{}.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		read := fresh(message)
		if err := (Codec{}).Unmarshal(data, read); err != nil {
			t.Fatalf("%T: %v", message, err)
		}
		if !reflect.DeepEqual(read, message) {
			t.Errorf("%#v\ncame back as\n%#v", message, read)
		}
	}
}

// The bytes are those of another implementation (protobuf.js), from the proto files.
func TestMessagesAreProtobuf(t *testing.T) {
	for text, message := range map[string]Message{
		"":                             &JobResult{},
		"08959aef3a1001180122036d7367": &JobResult{UniqueID: 123456789, Failed: true, ExitPipeline: true, Message: "msg"},
		"08ffffffff0f1202c3a422040100ac022a0a12057661756c741a016b": &Job{
			UniqueID: 4294967295, Title: "ä", DependsOn: []uint32{1, 0, 300}, Args: []Argument{{Key: "k", Type: "vault"}},
		},
		"0a00": &JobMessage{Log: &Log{}},
		"0a1b08071a060a0161120162220d0a017812080a060a016b1201313802": &HostMessage{Start: &Start{
			Job: 7, Arguments: map[string]string{"a": "b"}, Attempt: 2,
			Outputs: map[string]Outputs{"x": {Values: map[string]string{"k": "1"}}},
		}},
		"0a01731a1608012a0c0a016b18052a01612a003001408080808010": &Description{SDK: "s", Jobs: []JobDescription{{
			ID: 1, TimeoutMs: 1 << 32,
			Arguments: []ArgumentDescription{{Key: "k", Type: TypeVault, Choices: []string{"a", ""}, Required: true}},
		}}},
		"1a0f0803220b0a01741005220178220179": &JobMessage{Result: &Result{
			Outcome: 3, Jobs: []AddedJob{{Title: "t", Job: 5, DependsOn: []string{"x", "y"}}},
		}},
	} {
		want, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Append(nil, message); !bytes.Equal(got, want) {
			t.Errorf("%#v is %x, want %x", message, got, want)
		}
	}
}

// Others write the defaults in the entries of a map, which is as good.
func TestEntriesWithDefaultsAreRead(t *testing.T) {
	read := &HostMessage{}
	want := &Start{Arguments: map[string]string{"a": ""}, Outputs: map[string]Outputs{"x": {}}}
	if err := Read([]byte("\x0a\x0e\x1a\x05\x0a\x01a\x12\x00\x22\x05\x0a\x01x\x12\x00"), read); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read.Start, want) {
		t.Errorf("got %+v", read.Start)
	}
}

func TestUnknownFieldsArePassedOver(t *testing.T) {
	data := Append(nil, &ArgumentDescription{Key: "k", Required: true})
	data = append(data, 0xfa, 0x07, 0x01, 'x') // Field 127, bytes.
	data = append(data, 0x12, 0x01, 'd')       // Field 2, as it should be.
	data = append(data, 0x18, 0x02)            // Field 3: a number, and a text in a JobResult.
	read := &ArgumentDescription{}
	if err := Read(data, read); err != nil || read.Description != "d" || read.Type != TypeBoolean {
		t.Errorf("got %+v, %v", read, err)
	}
	if err := Read([]byte{0x20, 0x05}, &JobResult{}); err != nil {
		t.Errorf("a field of another form: %v", err)
	}
}

func TestWhatIsNoUTF8IsReplaced(t *testing.T) {
	read := &Log{}
	if err := Read(Append(nil, &Log{Text: "a\xff\xfeb"}), read); err != nil || read.Text != "a\uFFFDb" {
		t.Errorf("got %q, %v", read.Text, err)
	}
}

func TestBrokenMessagesAreErrors(t *testing.T) {
	for _, message := range samples() {
		data := Append(nil, message)
		for end := range data {
			// A cut between two fields is a message, too. All that matters then is that nothing panics.
			_ = Read(data[:end], fresh(message))
		}
	}
	for _, data := range []string{"\x0a\x05ab", "\x08", "\x22\x03\xff\xff\xff", "\x00\x00", "\x0c"} {
		if err := Read([]byte(data), &Job{}); err == nil {
			t.Errorf("%x was read", data)
		}
	}
}

func TestOtherTypesAreRefused(t *testing.T) {
	if _, err := (Codec{}).Marshal("text"); err == nil {
		t.Error("a text was written")
	}
	if err := (Codec{}).Unmarshal(nil, new(int)); err == nil {
		t.Error("a number was read")
	}
}

func FuzzRead(f *testing.F) {
	for _, message := range samples() {
		f.Add(Append(nil, message))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, message := range []Message{&HostMessage{}, &Job{}, &Description{}, &JobMessage{}} {
			if Read(data, message) != nil {
				continue
			}
			again := fresh(message)
			if err := Read(Append(nil, message), again); err != nil {
				t.Fatalf("%+v cannot be read again: %v", message, err)
			}
		}
	})
}
