package sdk

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sort"
)

// longestMessage is where the message of a job is cut, in bytes.
const longestMessage = 64 * 1024

// task is one attempt of a job that is to be performed.
type task struct {
	job       *declared
	title     string
	arguments map[string]string
	inputs    map[string]Outputs
	pipeline  string
	run       string
	attempt   int
}

// result is how it ended.
type result struct {
	outcome Outcome
	message string
	outputs Outputs
	added   []AddedJob
}

// perform asks the condition and calls the function. It returns when they have returned, panicked, or ended their
// goroutine.
func (p *program) perform(stop *stop, t task, h host) result {
	ctx := &Context{
		Context: stop, stop: stop, host: h, program: p,
		Args: t.job.given(t.arguments), Title: t.title, Pipeline: t.pipeline, RunID: t.run, Attempt: t.attempt,
		inputs: t.inputs, outputs: Outputs{},
	}
	outcome, message := ctx.guarded(t.job)
	return ctx.close(outcome, message)
}

// call is what a job does in one attempt.
func (d *declared) call(ctx *Context) error {
	for _, argument := range ctx.Args {
		if err := argument.accepts(argument.Value); err != nil {
			return err
		}
	}
	if d.When != nil {
		if err := d.When(ctx); err != nil {
			return err
		}
	}
	if d.Handler != nil {
		return d.Handler(ctx.Args)
	}
	return d.Run(ctx)
}

// given are the declared arguments with their values, and then what else was given.
func (d *declared) given(texts map[string]string) Arguments {
	arguments := make(Arguments, 0, len(d.Args)+len(texts))
	known := make(map[string]bool, len(d.Args))
	for _, argument := range d.Args {
		known[argument.Key] = true
		if text, ok := texts[argument.Key]; ok && (text != "" || argument.holdsText()) {
			argument.Value = text
		}
		arguments = append(arguments, argument)
	}
	var others []string
	for key := range texts {
		if !known[key] {
			others = append(others, key)
		}
	}
	sort.Strings(others)
	for _, key := range others {
		arguments = append(arguments, Argument{Key: key, Type: Text, Value: texts[key]})
	}
	return arguments
}

// holdsText says whether an empty text is a value, and not an empty field of a form.
func (a Argument) holdsText() bool { return a.Type == Text || a.Type == TextArea || a.Type == "" }

// guarded calls the job on a goroutine of its own, so that whatever it does other than return is a failure.
func (c *Context) guarded(job *declared) (outcome Outcome, message string) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if returned {
				return
			}
			outcome = Failed
			if reason := recover(); reason != nil {
				message = fmt.Sprint(reason)
				c.host.log(LevelError, fmt.Sprintf("panic: %s\n%s", message, debug.Stack()))
			} else {
				message = "the job ended its goroutine instead of returning"
			}
		}()
		outcome, message = c.judge(job.call(c))
		returned = true
	}()
	<-done
	return outcome, abridged(message, longestMessage)
}

// judge says what an error of the job means.
func (c *Context) judge(err error) (Outcome, string) {
	var skipped *skip
	switch {
	case err == nil:
		return Succeeded, ""
	case errors.Is(err, ErrorExitPipeline):
		return Exited, err.Error()
	case errors.As(err, &skipped):
		return Skipped, err.Error()
	case c.Err() == nil:
		return Failed, err.Error()
	case errors.Is(err, context.Canceled):
		return Cancelled, "cancelled: " + c.CancelReason()
	}
	return Cancelled, err.Error()
}

// close makes an end of what the job may do, and puts together what it did.
func (c *Context) close(outcome Outcome, message string) result {
	c.mu.Lock()
	c.ended = true
	writers, misuse := c.writers, c.misuse
	c.mu.Unlock()
	for _, writer := range writers {
		writer.flush()
	}
	switch {
	case outcome != Succeeded:
		return result{outcome: outcome, message: message}
	case misuse != nil:
		return result{outcome: Failed, message: abridged(misuse.Error(), longestMessage)}
	}
	return result{outcome: Succeeded, outputs: c.outputs, added: c.added}
}
