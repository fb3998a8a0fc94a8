package sdk

import (
	"context"
	"sync"
	"time"
)

// The reasons that are this SDK's own; others are the host's.
const (
	// hostGone: it broke the call off, or gave no reason.
	hostGone = "host_gone"
	// timedOut: the job's timeout passed where no host minds it.
	timedOut = "timed_out"
	// programStopped: the program was told to end.
	programStopped = "program_stopped"
)

// stop is the cancellation of one job, with the reason that the host gave.
type stop struct {
	context.Context
	cancel context.CancelFunc

	mu     sync.Mutex
	reason string
}

func newStop(parent context.Context) *stop {
	ctx, cancel := context.WithCancel(parent)
	return &stop{Context: ctx, cancel: cancel}
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
		return hostGone
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
