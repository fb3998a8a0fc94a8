package sdk

import (
	"fmt"
	"time"
)

// patience is how long a job may take to end after its cancellation before it is left behind: a goroutine cannot be
// ended from outside.
const patience = 2 * time.Second

// performInTime performs a job where nobody else ends it: at its timeout, or when it was cancelled and does not stop.
func (p *program) performInTime(stop *stop, t task, h host) result {
	defer stop.after(t.job.Timeout)()
	ended := make(chan result, 1)
	go func() { ended <- p.perform(stop, t, h) }()
	select {
	case done := <-ended:
		return done.orTimeout(stop, t.job)
	case <-stop.Done():
	}
	select {
	case done := <-ended:
		return done.orTimeout(stop, t.job)
	case <-time.After(patience):
	}
	left := result{outcome: Cancelled, message: "cancelled, and did not stop"}.orTimeout(stop, t.job)
	if left.outcome == Failed {
		left.message += ", and did not stop"
	}
	return left
}

// orTimeout calls the end of a job that had run out of its time what it is.
func (r result) orTimeout(stop *stop, job *declared) result {
	if r.outcome == Cancelled && stop.given() == timedOut {
		return result{outcome: Failed, message: fmt.Sprintf("timed out after %v", job.Timeout)}
	}
	return r
}
