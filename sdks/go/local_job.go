package sdk

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
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

func (r *localRun) attempt(one *node, host *localHost) result {
	stop := newStop(r.ctx, runStopped)
	defer stop.cancel()
	t := task{
		job: one.job, title: one.report.Title, arguments: r.withSecrets(one), inputs: one.inputs(),
		pipeline: "local", run: "local", attempt: one.report.Attempts,
	}
	return r.program.performInTime(stop, t, host)
}

// withSecrets are the arguments of a job with those that are secrets, for which an added job looks among the run's too.
func (r *localRun) withSecrets(one *node) map[string]string {
	arguments := make(map[string]string, len(one.arguments))
	for key, text := range one.arguments {
		arguments[key] = text
	}
	for _, argument := range one.job.Args {
		if _, given := arguments[argument.Key]; given || argument.Type != Vault {
			continue
		}
		if secret, found := r.secret(argument.Key); found {
			arguments[argument.Key] = secret
		}
	}
	return arguments
}

func (r *localRun) secret(name string) (string, bool) {
	if text, given := r.arguments[name]; given || r.Secret == nil {
		return text, given
	}
	return r.Secret(name)
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
