package sdk

import (
	"context"
	"sync"
	"time"
)

// The reasons that are this SDK's own; others are the host's.
const (
	// hostGone: the host broke the call off.
	hostGone = "host_gone"
	// runStopped: a local run was cancelled.
	runStopped = "run_stopped"
	// timedOut: the job's timeout passed where no host minds it.
	timedOut = "timed_out"
	// programStopped: the program was told to end.
	programStopped = "program_stopped"
)

// stop is the cancellation of one job, with the reason that the host gave.
type stop struct {
	context.Context
	cancel context.CancelFunc
	// silent is the reason when the parent ends, which gives none.
	silent string

	mu     sync.Mutex
	reason string
}

func newStop(parent context.Context, silent string) *stop {
	ctx, cancel := context.WithCancel(parent)
	return &stop{Context: ctx, cancel: cancel, silent: silent}
}

// now cancels the job. The first reason stays.
func (s *stop) now(reason string) {
	s.mu.Lock()
	if s.reason == "" {
		s.reason = reason
	}
	s.mu.Unlock()
	s.cancel()
}

// given is the reason, or empty when the job was not told to stop.
func (s *stop) given() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reason == "" && s.Err() != nil {
		return s.silent
	}
	return s.reason
}

// after cancels the job when its timeout has passed. The function that it returns calls that off.
func (s *stop) after(timeout time.Duration) (off func()) {
	if timeout == 0 {
		return func() {}
	}
	timer := time.AfterFunc(timeout, func() { s.now(timedOut) })
	return func() { timer.Stop() }
}
