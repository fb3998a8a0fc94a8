package sdk

import (
	"context"
	"fmt"
	"strings"
)

// Local performs jobs in this process, without a Gaia: within a test, or for `PROGRAM run`. The zero value gives them
// nothing but their defaults.
type Local struct {
	// Arguments are values by key, for every job that declares such an argument; an added one gets its secrets alone.
	Arguments Values
	// Outputs stand in for jobs, by title: such a job is not performed, and has succeeded with these.
	Outputs map[string]Values
	// Secret finds the values of Vault arguments that are not among Arguments.
	Secret func(name string) (value string, found bool)
	// Pipeline answers for another pipeline that a job starts: with the status of its run and its outputs, or with the
	// reason why it cannot be started. Without it none can.
	Pipeline func(name string, arguments map[string]string) (status string, outputs Values, err error)

	observer observer
}

// observer is told what happens while it does. Logs are then kept nowhere else.
type observer interface {
	started(title string, attempt, attempts int)
	logged(title string, level Level, text string)
	ended(report JobReport)
}

// Report is how a run of the pipeline ended.
type Report struct {
	// Jobs are those of the pipeline that were asked for, in its order, and then those that were added.
	Jobs []JobReport
}

// JobReport is how a job ended.
type JobReport struct {
	Title   string
	Outcome Outcome
	// Message says why, unless it succeeded.
	Message string
	// Attempts is how often it was tried.
	Attempts int
	Outputs  Outputs
	// Log has what it logged, of all attempts.
	Log []LogLine
	// Added are the jobs that it added to the run.
	Added []AddedJob
}

// LogLine is a text that a job logged: one line or several.
type LogLine struct {
	Level Level
	Text  string
}

// Failed says whether a job failed or was cancelled.
func (r Report) Failed() bool {
	return r.count(Failed)+r.count(Cancelled) > 0
}

// Job finds a job by its title, in any case. What is not there was NotRun.
func (r Report) Job(title string) JobReport {
	for _, job := range r.Jobs {
		if strings.EqualFold(job.Title, title) {
			return job
		}
	}
	return JobReport{Title: title, Outcome: NotRun, Message: "it was no part of the run"}
}

func (r Report) count(outcome Outcome) int {
	n := 0
	for _, job := range r.Jobs {
		if job.Outcome == outcome {
			n++
		}
	}
	return n
}

// Run performs the pipeline, or the jobs of these titles and what they depend on. Independent jobs run at the same
// time. The error says what is wrong with the jobs, the titles or the arguments; a job that fails is no error.
func (l Local) Run(ctx context.Context, jobs Jobs, titles ...string) (Report, error) {
	p, err := newProgram(jobs)
	if err != nil {
		return Report{}, err
	}
	return l.runProgram(ctx, p, titles)
}

// Perform performs one job, without what it depends on, with all Arguments, whether or not it declares them, and all
// Outputs.
func (l Local) Perform(ctx context.Context, jobs Jobs, title string) (JobReport, error) {
	p, err := newProgram(jobs)
	if err != nil {
		return JobReport{}, err
	}
	job := p.find(title)
	if job == nil {
		return JobReport{}, p.unknown(title)
	}
	r, err := l.newRun(ctx, p)
	if err != nil {
		return JobReport{}, err
	}
	one := &node{job: job, arguments: r.arguments, report: JobReport{Title: job.Title}}
	for title := range l.Outputs {
		one.after = append(one.after, r.stand(title))
	}
	r.perform(one)
	return one.report, nil
}

func (l Local) runProgram(ctx context.Context, p *program, titles []string) (Report, error) {
	r, err := l.newRun(ctx, p)
	if err != nil {
		return Report{}, err
	}
	if err := r.checkArguments(); err != nil {
		return Report{}, err
	}
	if err := r.choose(titles); err != nil {
		return Report{}, err
	}
	r.toEnd()
	return r.report(), nil
}

func (p *program) unknown(title string) error {
	return fmt.Errorf("there is no job %q; there are: %s", title, p.titles())
}
