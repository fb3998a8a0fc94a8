package sdk

import (
	"context"
	"crypto/tls"
	"io"
	"math"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"gaia/sdk/internal/wire"
)

// server serves a program to its host, and knows the jobs that run.
type server struct {
	program *program
	stderr  io.Writer

	mu      sync.Mutex
	closing bool
	stops   map[*stop]bool
	running sync.WaitGroup
}

func newServer(p *program, stderr io.Writer) *server {
	return &server{program: p, stderr: stderr, stops: map[*stop]bool{}}
}

// grpc puts the services together. The published SDKs keep gRPC's limit of 4 MiB for a message; here there is none.
func (s *server) grpc(security *tls.Config) *grpc.Server {
	server := grpc.NewServer(
		grpc.Creds(credentials.NewTLS(security)),
		grpc.ForceServerCodec(wire.Codec{}),
		grpc.MaxRecvMsgSize(math.MaxInt32),
	)
	for _, service := range []*grpc.ServiceDesc{s.pluginService(), s.programService(), healthService()} {
		server.RegisterService(service, nil)
	}
	return server
}

// job finds what the host asks for.
func (s *server) job(id uint32) (*declared, error) {
	job := s.program.byID[id]
	if job == nil {
		return nil, status.Errorf(codes.NotFound, "no job has the id %d", id)
	}
	return job, nil
}

// begin notes that a job runs, until end is called.
func (s *server) begin(parent context.Context) (*stop, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil, status.Error(codes.Unavailable, "the program ends")
	}
	one := newStop(parent, hostGone)
	s.stops[one] = true
	s.running.Add(1)
	return one, nil
}

func (s *server) end(one *stop) {
	s.mu.Lock()
	delete(s.stops, one)
	s.mu.Unlock()
	one.cancel()
	s.running.Done()
}

// stopAll cancels all jobs and waits until they have ended, but not longer than so long.
func (s *server) stopAll(most time.Duration) {
	s.mu.Lock()
	s.closing = true
	for one := range s.stops {
		one.now(programStopped)
	}
	s.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		s.running.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(most):
	}
}

// unary describes a method with one message each way.
func unary[Request any, P interface {
	*Request
	wire.Message
}](name string, answer func(context.Context, P) (wire.Message, error)) grpc.MethodDesc {
	return grpc.MethodDesc{
		MethodName: name,
		Handler: func(_ any, ctx context.Context, read func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			request := P(new(Request))
			if err := read(request); err != nil {
				return nil, err
			}
			return answer(ctx, request)
		},
	}
}

// healthService says that the program serves, as go-plugin asks.
func healthService() *grpc.ServiceDesc {
	check := func(_ context.Context, request *wire.HealthCheckRequest) (wire.Message, error) {
		if request.Service != "" && request.Service != "plugin" {
			return nil, status.Errorf(codes.NotFound, "no service %q", request.Service)
		}
		return &wire.HealthCheckResponse{Status: wire.Serving}, nil
	}
	return &grpc.ServiceDesc{
		ServiceName: "grpc.health.v1.Health",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{unary("Check", check)},
	}
}
