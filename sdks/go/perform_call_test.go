package sdk

import (
	"context"
	"errors"
	"io"
	"reflect"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"gaia/sdk/internal/wire"
)

// call is a Perform stream, as its host sees it.
type call struct {
	grpc.ClientStream
	breakOff context.CancelFunc
}

func (h *served) perform(t *testing.T, start *wire.Start) *call {
	t.Helper()
	c := h.stream(t)
	c.send(t, &wire.HostMessage{Start: start})
	return c
}

func (h *served) stream(t *testing.T) *call {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	description := &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}
	stream, err := h.NewStream(ctx, description, "/gaia.program.v1.Program/Perform")
	if err != nil {
		t.Fatal(err)
	}
	return &call{stream, cancel}
}

func (c *call) send(t *testing.T, message *wire.HostMessage) {
	t.Helper()
	// io.EOF: the program has ended the stream, and RecvMsg says how.
	if err := c.SendMsg(message); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
}

func (c *call) receive() (*wire.JobMessage, error) {
	message := &wire.JobMessage{}
	return message, c.RecvMsg(message)
}

// result passes over what comes before the result, and sees that nothing comes behind it.
func (c *call) result(t *testing.T) *wire.Result {
	t.Helper()
	for {
		message, err := c.receive()
		if err != nil {
			t.Fatal(err)
		}
		if message.Result == nil {
			continue
		}
		if more, err := c.receive(); !errors.Is(err, io.EOF) {
			t.Fatalf("behind the result comes %+v, %v", more, err)
		}
		return message.Result
	}
}

func TestAProgramDescribesItself(t *testing.T) {
	host := open(t, "good")
	got := &wire.Description{}
	if err := host.Invoke(context.Background(), "/gaia.program.v1.Program/Describe", &wire.DescribeRequest{}, got); err != nil {
		t.Fatal(err)
	}
	if got.SDK != "gaia-go/0.1.0" || got.MaxParallel != 0 || len(got.Jobs) != len(programs["good"]) {
		t.Errorf("got %+v", got)
	}
	want := wire.JobDescription{
		ID: idOf("Greet"), Title: "Greet", Description: "Says hello", Attempts: 3, TimeoutMs: 1500,
		Arguments: []wire.ArgumentDescription{
			{Key: "name", Description: "Who is greeted", DefaultValue: "world"},
			{Key: "note", Type: wire.TypeTextArea}, {Key: "loud", Type: wire.TypeBoolean},
			{Key: "times", Type: wire.TypeNumber, DefaultValue: "2"},
			{Key: "tone", Type: wire.TypeChoice, DefaultValue: "calm", Choices: []string{"calm", "wild"}, Required: true},
			{Key: "TOKEN", Type: wire.TypeVault},
		},
	}
	if !reflect.DeepEqual(got.Jobs[0], want) {
		t.Errorf("got %+v", got.Jobs[0])
	}
	if read, part := got.Jobs[1], got.Jobs[2]; !reflect.DeepEqual(read.DependsOn, []uint32{idOf("Greet")}) || !part.OnDemand {
		t.Errorf("got %+v, %+v", read, part)
	}
}

func TestJobsArePerformedWithAllThatBelongsToThem(t *testing.T) {
	host := open(t, "good")
	c := host.perform(t, &wire.Start{
		Job: idOf("Read"), Title: "Read again", Run: "run-1", Pipeline: "p", Attempt: 2,
		Outputs: map[string]wire.Outputs{"Greet": {Values: map[string]string{"greeting": `"hey"`}}},
	})
	got := c.result(t)
	// Sprint puts no spaces between texts, and one before a number.
	if want := map[string]string{"echo": `"heyRead againprun-12"`}; got.Outcome != 0 || !reflect.DeepEqual(got.Outputs, want) {
		t.Errorf("got %+v", got)
	}
}

func TestLogsComeThroughTheStreamAlone(t *testing.T) {
	host := open(t, "good")
	c := host.perform(t, &wire.Start{Job: idOf("Greet"), Arguments: map[string]string{"name": "Ünï"}})
	message, err := c.receive()
	if err != nil || message.Log == nil || *message.Log != (wire.Log{Level: 1, Text: "hello Ünï"}) {
		t.Fatalf("got %+v, %v", message, err)
	}
	if got := c.result(t).Outputs["greeting"]; got != `"hello Ünï"` {
		t.Errorf("got %s", got)
	}
	host.Process.Kill()
	<-host.exited
	if host.stderr.String() != "" {
		t.Errorf("stderr has %q", host.stderr)
	}
}

func TestWhatIsLoggedTooLateIsNotLost(t *testing.T) {
	host := open(t, "good")
	host.perform(t, &wire.Start{Job: idOf("Late")}).result(t)
	host.perform(t, &wire.Start{Job: idOf("Afterwards")}).result(t)
	host.stderr.await("INFO too late for the stream\n")
}

func TestOutcomesHaveTheirNumbers(t *testing.T) {
	host := open(t, "good")
	for title, want := range map[string]wire.Result{
		"Fail":  {Outcome: 1, Message: "it broke: ☃"},
		"Panic": {Outcome: 1, Message: "at the disco"},
		"Exit":  {Outcome: 2, Message: "enough"},
		"Skip":  {Outcome: 3, Message: "not today"},
		"Grow": {Jobs: []wire.AddedJob{{
			Title: "Part 1", Job: idOf("Part"), Arguments: map[string]string{"index": "1"}, DependsOn: []string{"Grow"},
		}}},
	} {
		if got := host.perform(t, &wire.Start{Job: idOf(title)}).result(t); !reflect.DeepEqual(*got, want) {
			t.Errorf("%s: got %+v", title, got)
		}
	}
}

func TestACancelledJobEndsAsCancelled(t *testing.T) {
	host := open(t, "good")
	c := host.perform(t, &wire.Start{Job: idOf("Wait")})
	if _, err := c.receive(); err != nil {
		t.Fatal(err)
	}
	c.send(t, &wire.HostMessage{Cancel: &wire.Cancel{Reason: "run_stopped", GraceMs: 1000}})
	if got := c.result(t); got.Outcome != 4 || got.Message != "cancelled: run_stopped" {
		t.Errorf("got %+v", got)
	}
}

func TestAJobIsCancelledWhenItsStreamBreaks(t *testing.T) {
	host := open(t, "good")
	c := host.perform(t, &wire.Start{Job: idOf("Outlive")})
	if _, err := c.receive(); err != nil {
		t.Fatal(err)
	}
	c.breakOff()
	host.stderr.await("WARN stopped: host_gone\n")
	if _, err := host.execute(idOf("Greet")); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestACallOfTheOriginalProtocolIsCancelledWhenItBreaks(t *testing.T) {
	host := open(t, "good")
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		host.stderr.await("INFO waiting\n")
		cancel()
	}()
	host.Invoke(ctx, "/proto.Plugin/ExecuteJob", &wire.Job{UniqueID: idOf("Outlive")}, &wire.JobResult{})
	host.stderr.await("WARN stopped: host_gone\n")
}

func TestOtherPipelinesAreStartedAndAwaited(t *testing.T) {
	host := open(t, "good")
	for name, answers := range map[string]struct {
		start, await wire.Answer
		want         wire.Result
	}{
		"done": {
			wire.Answer{Request: 1, Run: &wire.Run{ID: "r1", Status: "pending"}},
			wire.Answer{Request: 2, Run: &wire.Run{ID: "r1", Status: "completed", Outputs: map[string]string{"answer": "42"}}},
			wire.Result{Outputs: map[string]string{"run": `"r1completed42"`}},
		},
		"refused": {
			start: wire.Answer{Request: 1, Error: "there is no such pipeline"},
			want:  wire.Result{Outcome: 1, Message: `pipeline "other" cannot be started: there is no such pipeline`},
		},
		"empty": {
			start: wire.Answer{Request: 1},
			want:  wire.Result{Outcome: 1, Message: `pipeline "other" cannot be started: the host's answer says nothing of a run`},
		},
	} {
		c := host.perform(t, &wire.Start{Job: idOf("Call")})
		message, err := c.receive()
		want := &wire.Request{ID: 1, StartRun: &wire.StartRun{Pipeline: "other", Arguments: map[string]string{"x": "1"}}}
		if err != nil || !reflect.DeepEqual(message.Request, want) {
			t.Fatalf("%s: got %+v, %v", name, message.Request, err)
		}
		// What was not asked for is passed over.
		c.send(t, &wire.HostMessage{Answer: &wire.Answer{Request: 99}})
		c.send(t, &wire.HostMessage{Answer: &answers.start})
		if answers.await.Request != 0 {
			message, err := c.receive()
			if err != nil || !reflect.DeepEqual(message.Request, &wire.Request{ID: 2, AwaitRun: &wire.AwaitRun{Run: "r1"}}) {
				t.Fatalf("%s: got %+v, %v", name, message.Request, err)
			}
			c.send(t, &wire.HostMessage{Answer: &answers.await})
		}
		if got := c.result(t); !reflect.DeepEqual(*got, answers.want) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestARequestFailsWhenNoAnswerCanCome(t *testing.T) {
	host := open(t, "good")
	c := host.perform(t, &wire.Start{Job: idOf("Call")})
	if _, err := c.receive(); err != nil {
		t.Fatal(err)
	}
	c.CloseSend()
	want := `pipeline "other" cannot be started: the host does not answer any more: EOF`
	if got := c.result(t); got.Outcome != 1 || got.Message != want {
		t.Errorf("got %+v", got)
	}
}

func TestOutputsThatAreNoJSONAreRefused(t *testing.T) {
	host := open(t, "good")
	outputs := map[string]wire.Outputs{"Greet": {Values: map[string]string{"greeting": "{"}}}
	if _, err := host.perform(t, &wire.Start{Job: idOf("Read"), Outputs: outputs}).receive(); status.Code(err) != codes.InvalidArgument {
		t.Error(err)
	}
}

func TestAStreamBeginsWithItsStart(t *testing.T) {
	host := open(t, "good")
	c := host.stream(t)
	c.send(t, &wire.HostMessage{Cancel: &wire.Cancel{}})
	if _, err := c.receive(); status.Code(err) != codes.InvalidArgument {
		t.Error(err)
	}
}
