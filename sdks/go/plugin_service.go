package sdk

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"

	"gaia/sdk/internal/wire"
)

// pluginService is proto.Plugin, the protocol of the original Gaia.
func (s *server) pluginService() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "proto.Plugin",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{unary("ExecuteJob", s.executeJob)},
		Streams: []grpc.StreamDesc{{
			StreamName:    "GetJobs",
			ServerStreams: true,
			Handler:       func(_ any, stream grpc.ServerStream) error { return s.getJobs(stream) },
		}},
	}
}

func (s *server) getJobs(stream grpc.ServerStream) error {
	if err := stream.RecvMsg(&wire.Empty{}); err != nil {
		return err
	}
	for _, job := range s.program.jobs {
		if job.OnDemand {
			continue
		}
		if err := stream.SendMsg(pluginJob(job)); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) executeJob(ctx context.Context, request *wire.Job) (wire.Message, error) {
	job, err := s.job(request.UniqueID)
	if err != nil {
		return nil, err
	}
	stop, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	arguments := make(map[string]string, len(request.Args))
	for _, argument := range request.Args {
		arguments[argument.Key] = argument.Value
	}
	ended := make(chan result, 1)
	go func() {
		defer s.end(stop)
		t := task{job: job, title: job.Title, arguments: arguments, attempt: 1}
		// Nobody else ends a job at its timeout: the original protocol has none.
		ended <- s.program.performInTime(stop, t, plainHost{s.stderr})
	}()
	select {
	case r := <-ended:
		return s.jobResult(job, r), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// jobResult is what the original protocol can say of a result.
func (s *server) jobResult(job *declared, r result) *wire.JobResult {
	switch {
	case r.outcome == Skipped:
		lines(s.stderr, LevelInfo.String()+" ", fmt.Sprintf("%s is skipped: %s", job.Title, r.message))
		return &wire.JobResult{}
	case r.outcome == Exited:
		return &wire.JobResult{UniqueID: job.id, ExitPipeline: true, Message: r.message}
	case r.outcome == Succeeded && len(r.added) == 0:
		return &wire.JobResult{}
	case r.outcome == Succeeded:
		r.message = fmt.Sprintf("job %q is to be added: %v", r.added[0].Title, errOldHost)
	}
	return &wire.JobResult{UniqueID: job.id, ExitPipeline: true, Failed: true, Message: r.message}
}

var errOldHost = errors.New("that needs a Gaia that speaks gaia.program.v1, and this one speaks the original protocol alone")

// plainHost is the host of a job that is performed by the original protocol: its log is stderr.
type plainHost struct{ stderr io.Writer }

func (h plainHost) log(level Level, text string) { lines(h.stderr, level.String()+" ", text) }

func (plainHost) startRun(context.Context, string, map[string]string) (string, error) {
	return "", errOldHost
}

func (plainHost) awaitRun(context.Context, string) (Run, error) { return Run{}, errOldHost }
