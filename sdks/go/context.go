package sdk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
)

// Context is what a job is performed with. It is a [context.Context] that ends when the job is told to stop, so it can
// be handed on to whatever takes one. All methods may be called at the same time.
type Context struct {
	context.Context

	// Args are the arguments, with the defaults of those that were not given.
	Args Arguments
	// Title is the job's own: that of an added job, if it is one.
	Title string
	// Pipeline and RunID say whose job it is. They are empty where nobody says: on the original Gaia.
	Pipeline string
	RunID    string
	// Attempt counts from 1.
	Attempt int

	stop    *stop
	host    host
	program *program
	inputs  map[string]Outputs

	mu      sync.Mutex
	outputs Outputs
	added   []AddedJob
	writers []*lineWriter
	// What the job did wrong in a call that returns no error.
	misuse error
	// The job has ended: what a goroutine that it left behind still does comes too late.
	ended bool
}

// host is whom a job talks to while it is performed.
type host interface {
	// log keeps a text of one line or several.
	log(level Level, text string)
	startRun(ctx context.Context, pipeline string, arguments map[string]string) (string, error)
	awaitRun(ctx context.Context, id string) (Run, error)
}

// Run is a run of another pipeline.
type Run struct {
	ID string
	// Status is pending, running, stopping, completed, failed or cancelled.
	Status  string
	Outputs Outputs
}

// CancelReason says why the job has to stop (run_stopped, timed_out, …). It is empty as long as it need not.
func (c *Context) CancelReason() string { return c.stop.given() }

// SetOutput keeps a value for the jobs that depend on this one: whatever [json.Marshal] takes. What it does not take
// fails the job in the end.
func (c *Context) SetOutput(key string, value any) {
	data, err := outputFrom(key, value)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended:
	case err != nil:
		c.refuse(err)
	default:
		c.outputs[key] = data
	}
}

// Output reads an output of a job that this one depends on into what into points to, as [json.Unmarshal] does. The
// error is an [ErrNoOutput] when there is none.
func (c *Context) Output(job, key string, into any) error {
	for title, outputs := range c.inputs {
		if strings.EqualFold(title, job) {
			if err := outputs.Get(key, into); err != nil {
				return fmt.Errorf("job %q: %w", title, err)
			}
			return nil
		}
	}
	return fmt.Errorf("job %q: output %q: %w", job, key, ErrNoOutput)
}

// Outputs are the outputs of all jobs that this one depends on, by title.
func (c *Context) Outputs() map[string]Outputs { return c.inputs }

// Add makes a job part of the run, once this one has succeeded. What cannot be added fails this job in the end.
func (c *Context) Add(job AddedJob) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	if err := c.canAdd(job); err != nil {
		c.refuse(fmt.Errorf("job %q cannot be added: %w", job.Title, err))
		return
	}
	c.added = append(c.added, job)
}

// canAdd finds what is wrong with a job without knowing the run.
func (c *Context) canAdd(job AddedJob) error {
	if err := checkTitle(job.Title); err != nil {
		return err
	}
	if c.program.find(job.Job.Title) == nil {
		return fmt.Errorf("its function is that of %q, which is no job of the pipeline; there are: %s",
			job.Job.Title, c.program.titles())
	}
	if other := c.program.find(job.Title); other != nil && !other.OnDemand {
		return fmt.Errorf("the pipeline has a job %q", other.Title)
	}
	for _, other := range c.added {
		if folded(other.Title) == folded(job.Title) {
			return errors.New("this title was added before")
		}
	}
	_, err := job.Args.texts()
	return err
}

// StartPipeline starts another pipeline and returns the id of its run.
func (c *Context) StartPipeline(name string, args Values) (string, error) {
	texts, err := args.texts()
	if err != nil {
		return "", fmt.Errorf("pipeline %q: %w", name, err)
	}
	id, err := c.host.startRun(c, name, texts)
	if err != nil {
		return "", fmt.Errorf("pipeline %q cannot be started: %w", name, err)
	}
	return id, nil
}

// AwaitRun waits until a run has ended, whatever its status.
func (c *Context) AwaitRun(id string) (Run, error) {
	run, err := c.host.awaitRun(c, id)
	if err != nil {
		return Run{}, fmt.Errorf("run %s cannot be awaited: %w", id, err)
	}
	return run, nil
}

// RunPipeline starts another pipeline and waits until its run has ended, whatever its status.
func (c *Context) RunPipeline(name string, args Values) (Run, error) {
	id, err := c.StartPipeline(name, args)
	if err != nil {
		return Run{}, err
	}
	return c.AwaitRun(id)
}

// refuse keeps the first misuse. The caller holds the lock.
func (c *Context) refuse(err error) {
	if c.misuse == nil {
		c.misuse = err
	}
}
