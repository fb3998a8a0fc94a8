package sdk

import "time"

// Jobs are the jobs of a pipeline, in the order in which they are shown.
type Jobs []Job

// Job is one job of a pipeline: a function, and what Gaia has to know of it.
//
// A job is known by its title, which no other job of the pipeline has, whatever the case of its letters. Where a Job
// stands for another one (After, [AddedJob].Job), only its title counts.
type Job struct {
	// Title names the job.
	Title string
	// Description says what the job does.
	Description string

	// Run is the function of the job. A nil error is a success, [Exit] ends the pipeline, [Skip] says that there was
	// nothing to do, any other error is a failure, and so is a panic. It is called once for each attempt, at the same
	// time as other jobs.
	Run func(*Context) error
	// Handler is the function of a job in the form of the published SDK, in place of Run.
	Handler func(Arguments) error
	// When is asked before Run, which is called only if it returns nil. [Skip] says why not; any other error fails the
	// job.
	When func(*Context) error

	// After are the jobs that have to succeed before this one starts.
	After Jobs
	// DependsOn are the titles of such jobs, in any case.
	DependsOn []string

	// Args are the arguments that the job takes.
	Args Arguments

	// Attempts is how often the job is tried in all before it has failed. 0 and 1: once.
	Attempts int
	// Timeout is how long one attempt may take. Its context is cancelled then. 0: as long as it wants.
	Timeout time.Duration
	// OnDemand says that the job is no part of the pipeline until it is added while that runs (see [Context.Add]).
	OnDemand bool

	// Interaction is accepted from programs written for the published SDK, and nothing comes of it: no Gaia asks.
	Interaction *ManualInteraction
}

// ManualInteraction is what the published SDK calls a question to a person.
type ManualInteraction struct {
	Description string
	Type        InputType
	Value       string
}

// AddedJob is a job that becomes part of the run when the job that adds it has succeeded.
type AddedJob struct {
	// Job is whose function performs it: a job of the pipeline, often one that is OnDemand.
	Job Job
	// Title is its own, which no other job of the run has.
	Title string
	// Args are its arguments by key. What is not given has the default of Job.
	Args Values
	// DependsOn are titles of jobs of the run, or of others that are added with it.
	DependsOn []string
}

// titles of the jobs that this one depends on, in the order of the author.
func (j Job) dependencies() []string {
	titles := make([]string, 0, len(j.After)+len(j.DependsOn))
	for _, other := range j.After {
		titles = append(titles, other.Title)
	}
	return append(titles, j.DependsOn...)
}
