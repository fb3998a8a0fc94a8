package sdk

import (
	"context"
	"encoding/json"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"gaia/sdk/internal/wire"
)

// programService is gaia.program.v1.Program, Gaia's own protocol.
func (s *server) programService() *grpc.ServiceDesc {
	describe := func(context.Context, *wire.DescribeRequest) (wire.Message, error) {
		return s.program.describe(), nil
	}
	return &grpc.ServiceDesc{
		ServiceName: "gaia.program.v1.Program",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{unary("Describe", describe)},
		Streams: []grpc.StreamDesc{{
			StreamName:    "Perform",
			ServerStreams: true,
			ClientStreams: true,
			Handler:       func(_ any, stream grpc.ServerStream) error { return s.performJob(stream) },
		}},
	}
}

func (s *server) performJob(stream grpc.ServerStream) error {
	var first wire.HostMessage
	if err := stream.RecvMsg(&first); err != nil {
		return err
	}
	if first.Start == nil {
		return status.Error(codes.InvalidArgument, "the first message has to be start")
	}
	job, err := s.job(first.Start.Job)
	if err != nil {
		return err
	}
	task, err := taskFrom(job, first.Start)
	if err != nil {
		return err
	}
	stop, err := s.begin(stream.Context())
	if err != nil {
		return err
	}
	host := newStreamHost(stream, s.stderr)
	go host.listen(stop)
	ended := make(chan result, 1)
	go func() {
		defer s.end(stop)
		ended <- s.program.perform(stop, task, host)
	}()
	select {
	case r := <-ended:
		return host.send(&wire.JobMessage{Result: s.resultMessage(r)})
	case <-stream.Context().Done():
		// The job may take its time to notice; the call is over.
		host.leave()
		return stream.Context().Err()
	}
}

func taskFrom(job *declared, start *wire.Start) (task, error) {
	t := task{
		job: job, title: start.Title, arguments: start.Arguments, inputs: make(map[string]Outputs, len(start.Outputs)),
		pipeline: start.Pipeline, run: start.Run, attempt: int(start.Attempt),
	}
	if t.title == "" {
		t.title = job.Title
	}
	if t.attempt == 0 {
		t.attempt = 1
	}
	for title, outputs := range start.Outputs {
		for key, text := range outputs.Values {
			if !json.Valid([]byte(text)) {
				return task{}, status.Errorf(codes.InvalidArgument, "output %q of %q is no JSON", key, title)
			}
		}
		t.inputs[title] = outputsFrom(outputs.Values)
	}
	return t, nil
}

func (s *server) resultMessage(r result) *wire.Result {
	message := &wire.Result{Outcome: int32(r.outcome), Message: r.message, Outputs: r.outputs.texts()}
	for _, job := range r.added {
		// Both were looked at when the job was added.
		arguments, _ := job.Args.texts()
		message.Jobs = append(message.Jobs, wire.AddedJob{
			Title: job.Title, Job: s.program.find(job.Job.Title).id, Arguments: arguments, DependsOn: job.DependsOn,
		})
	}
	return message
}
