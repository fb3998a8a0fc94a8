package sdk

import (
	"errors"
	"fmt"
)

// ErrorExitPipeline is the error of a job that ends the pipeline without a failure. [Exit] has words of its own.
var ErrorExitPipeline = errors.New("pipeline exit requested by job")

// Exit returns an error that ends the pipeline without a failure: what runs goes on to its end, and nothing else is
// started.
func Exit(message string) error { return &exit{message} }

type exit struct{ message string }

func (e *exit) Error() string        { return e.message }
func (e *exit) Is(target error) bool { return target == ErrorExitPipeline }

// Skip returns an error that says why there is nothing to do for a job. It counts as a success, without outputs.
func Skip(reason string) error { return &skip{reason} }

type skip struct{ reason string }

func (s *skip) Error() string { return s.reason }

// Outcome is how a job ended.
type Outcome int

// The outcomes of jobs. The first five have the numbers of the protocol.
const (
	Succeeded Outcome = iota
	Failed
	// Exited: it ended the pipeline.
	Exited
	Skipped
	// Cancelled: it ended because it was told to.
	Cancelled
	// NotRun: something that it depends on did not succeed, or the pipeline ended before.
	NotRun
)

// String says the outcome in words.
func (o Outcome) String() string {
	words := [...]string{"succeeded", "failed", "ended the pipeline", "skipped", "cancelled", "not run"}
	if o < 0 || int(o) >= len(words) {
		return fmt.Sprintf("outcome %d", int(o))
	}
	return words[o]
}
