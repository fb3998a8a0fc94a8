package sdk

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"
)

// perform tries a job as often as it may be tried, and reports on its node.
func (r *localRun) perform(one *node) {
	attempts := one.job.Attempts
	if attempts < 1 {
		attempts = 1
	}
	host := &localHost{localRun: r, title: one.report.Title, runs: map[string]Run{}}
	report := &one.report
	for {
		report.Attempts++
		if r.observer != nil {
			r.observer.started(report.Title, report.Attempts, attempts)
		}
		ended := r.attempt(one, host)
		report.Outcome, report.Message = ended.outcome, ended.message
		report.Outputs, report.Added = ended.outputs, ended.added
		if ended.outcome != Failed || report.Attempts >= attempts || r.ctx.Err() != nil {
			break
		}
		host.log(LevelWarn, fmt.Sprintf("attempt %d of %d failed: %s", report.Attempts, attempts, ended.message))
	}
	report.Log = host.taken()
}

// patience is how long a job may take to end after its cancellation before it is left behind: Gaia would end its
// process.
const patience = 2 * time.Second

func (r *localRun) attempt(one *node, host *localHost) result {
	stop := newStop(r.ctx, runStopped)
	defer stop.cancel()
	defer stop.after(one.job.Timeout)()
	t := task{
		job: one.job, title: one.report.Title, arguments: r.withSecrets(one), inputs: one.inputs(),
		pipeline: "local", run: "local", attempt: one.report.Attempts,
	}
	ended := make(chan result, 1)
	go func() { ended <- r.program.perform(stop, t, host) }()
	select {
	case done := <-ended:
		return done.orTimeout(stop, one.job)
	case <-stop.Done():
	}
	select {
	case done := <-ended:
		return done.orTimeout(stop, one.job)
	case <-time.After(patience):
	}
	left := result{outcome: Cancelled, message: "cancelled, and did not stop"}.orTimeout(stop, one.job)
	if left.outcome == Failed {
		left.message += ", and did not stop"
	}
	return left
}

// withSecrets are the arguments of a job with those that are secrets.
func (r *localRun) withSecrets(one *node) map[string]string {
	if r.Secret == nil {
		return one.arguments
	}
	arguments := make(map[string]string, len(one.arguments))
	for key, text := range one.arguments {
		arguments[key] = text
	}
	for _, argument := range one.job.Args {
		if _, given := arguments[argument.Key]; given || argument.Type != Vault {
			continue
		}
		if secret, found := r.Secret(argument.Key); found {
			arguments[argument.Key] = secret
		}
	}
	return arguments
}

// inputs are the outputs of what a job depends on.
func (n *node) inputs() map[string]Outputs {
	inputs := make(map[string]Outputs, len(n.after))
	for _, other := range n.after {
		inputs[other.report.Title] = other.report.Outputs
	}
	return inputs
}

// localHost stands in for Gaia while a job is performed.
type localHost struct {
	*localRun
	title string

	mu    sync.Mutex
	lines []LogLine
	runs  map[string]Run
}

func (h *localHost) log(level Level, text string) {
	if h.observer != nil {
		h.observer.logged(h.title, level, text)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lines = append(h.lines, LogLine{level, text})
}

// taken are the lines so far. A job that was left behind may go on to write.
func (h *localHost) taken() []LogLine {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]LogLine(nil), h.lines...)
}

func (h *localHost) startRun(_ context.Context, pipeline string, arguments map[string]string) (string, error) {
	if h.Pipeline == nil {
		return "", errors.New("other pipelines are started by Gaia, and this is a local run")
	}
	status, values, err := h.Pipeline(pipeline, arguments)
	if err != nil {
		return "", err
	}
	outputs, err := values.outputs()
	if err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	id := pipeline + "#" + strconv.Itoa(len(h.runs)+1)
	h.runs[id] = Run{ID: id, Status: status, Outputs: outputs}
	return id, nil
}

func (h *localHost) awaitRun(_ context.Context, id string) (Run, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	run, known := h.runs[id]
	if !known {
		return Run{}, errors.New("this job started no such run")
	}
	return run, nil
}
