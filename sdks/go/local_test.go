package sdk

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// ran runs a pipeline.
func ran(t *testing.T, local Local, jobs Jobs, titles ...string) Report {
	t.Helper()
	report, err := local.Run(context.Background(), jobs, titles...)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// endings are the jobs with their outcomes, in the order of the report.
func endings(report Report) string {
	var words []string
	for _, job := range report.Jobs {
		words = append(words, fmt.Sprintf("%s: %v", job.Title, job.Outcome))
	}
	return strings.Join(words, ", ")
}

func TestOutputsArePassedOn(t *testing.T) {
	build := Job{Title: "Build", Run: func(ctx *Context) error { ctx.SetOutput("file", "a.out"); return nil }}
	test := Job{Title: "Test", After: Jobs{build}, Run: func(ctx *Context) error {
		var file string
		err := ctx.Output(build.Title, "file", &file)
		ctx.SetOutput("tested", file)
		return err
	}}
	// The order of the author need not be that of the dependencies.
	report := ran(t, Local{}, Jobs{test, build})
	if got := string(report.Job("test").Outputs["tested"]); got != `"a.out"` {
		t.Errorf("got %s: %s", got, endings(report))
	}
}

func TestIndependentJobsRunAtTheSameTime(t *testing.T) {
	met := make(chan bool)
	report := ran(t, Local{}, Jobs{
		{Title: "A", Run: func(ctx *Context) error { met <- true; return nil }},
		{Title: "B", Run: func(ctx *Context) error { <-met; return nil }},
	})
	if report.Failed() {
		t.Error(endings(report))
	}
}

func TestNothingIsStartedBehindAFailure(t *testing.T) {
	fail := Job{Title: "Fail", Run: func(*Context) error { return errors.New("no") }}
	skip := Job{Title: "Skip", When: func(*Context) error { return Skip("no") }, Run: nothing}
	next := Job{Title: "Next", After: Jobs{fail, skip}, Run: nothing}
	report := ran(t, Local{}, Jobs{
		fail, skip, next,
		{Title: "Last", After: Jobs{next}, Run: nothing},
		{Title: "Other", After: Jobs{skip}, Run: nothing},
	})
	if got := endings(report); got != "Fail: failed, Skip: skipped, Next: not run, Last: not run, Other: succeeded" {
		t.Error(got)
	}
	if got := report.Job("Last").Message; got != `"Next" did not succeed` {
		t.Error(got)
	}
	if !report.Failed() {
		t.Error("it did not fail")
	}
}

func TestAnExitStartsNothingMoreAndIsNoFailure(t *testing.T) {
	exit := Job{Title: "Exit", Run: func(*Context) error { return Exit("enough") }}
	between := Job{Title: "Between", After: Jobs{exit}, Run: nothing}
	report := ran(t, Local{}, Jobs{exit, between, {Title: "Last", After: Jobs{between}, Run: nothing}})
	if got := endings(report); got != "Exit: ended the pipeline, Between: not run, Last: not run" || report.Failed() {
		t.Error(got)
	}
}

// endObserver closes a channel when a job of this title has ended.
type endObserver struct {
	title string
	past  chan bool
}

func (endObserver) started(string, int, int)     {}
func (endObserver) logged(string, Level, string) {}

func (o endObserver) ended(report JobReport) {
	if report.Title == o.title {
		close(o.past)
	}
}

func TestAnExitEndsOtherBranchesAsWell(t *testing.T) {
	past := make(chan bool)
	other := Job{Title: "Other", Run: func(*Context) error { <-past; return nil }}
	local := Local{observer: endObserver{"Exit", past}}
	report := ran(t, local, Jobs{
		{Title: "Exit", Run: func(*Context) error { return Exit("enough") }},
		other,
		{Title: "Last", After: Jobs{other}, Run: nothing},
	})
	if got := endings(report); got != "Exit: ended the pipeline, Other: succeeded, Last: not run" {
		t.Error(got)
	}
	if got := report.Job("Last").Message; got != `"Exit" ended the pipeline` {
		t.Error(got)
	}
}

func TestOnlyWhatWasAskedForRuns(t *testing.T) {
	a := Job{Title: "A", Run: nothing}
	b := Job{Title: "B", After: Jobs{a}, Run: nothing}
	c := Job{Title: "C", After: Jobs{b}, Run: nothing}
	jobs := Jobs{a, b, c, {Title: "D", Run: nothing}, {Title: "E", OnDemand: true, Run: nothing}}
	for want, titles := range map[string][]string{
		"A: succeeded, B: succeeded, C: succeeded, D: succeeded": nil,
		"A: succeeded, B: succeeded":                             {"b"},
		"A: succeeded, D: succeeded":                             {"d", "A"},
		"E: succeeded":                                           {"E"},
	} {
		if got := endings(ran(t, Local{}, jobs, titles...)); got != want {
			t.Errorf("%v: %s", titles, got)
		}
	}
	if _, err := (Local{}).Run(context.Background(), jobs, "F"); err == nil || err.Error() != `there is no job "F"; there are: A, B, C, D, E` {
		t.Error(err)
	}
}

func TestOutputsStandInForAJob(t *testing.T) {
	fetch := Job{Title: "Fetch", Run: func(*Context) error { return errors.New("there is no network") }}
	build := Job{Title: "Build", After: Jobs{fetch}, Run: func(*Context) error { return errors.New("performed") }}
	test := Job{Title: "Test", After: Jobs{build}, Run: func(ctx *Context) error {
		var size int
		return ctx.Output("Build", "size", &size)
	}}
	local := Local{Outputs: map[string]Values{"build": {"size": 1}}}
	if got := endings(ran(t, local, Jobs{fetch, build, test}, "Test")); got != "Build: succeeded, Test: succeeded" {
		t.Error(got)
	}
}

func TestAJobIsTriedAgain(t *testing.T) {
	flaky := func(good int) Job {
		return Job{Title: "Flaky", Attempts: 3, Run: func(ctx *Context) error {
			if ctx.Attempt < good {
				return errors.New("not yet")
			}
			return nil
		}}
	}
	for good, want := range map[int]JobReport{
		1: {Outcome: Succeeded, Attempts: 1}, 3: {Outcome: Succeeded, Attempts: 3}, 4: {Outcome: Failed, Attempts: 3},
	} {
		got := ran(t, Local{}, Jobs{flaky(good)}).Job("flaky")
		if got.Outcome != want.Outcome || got.Attempts != want.Attempts {
			t.Errorf("good at %d: %v after %d", good, got.Outcome, got.Attempts)
		}
	}
	exit := Job{Title: "Exit", Attempts: 3, Run: func(*Context) error { return Exit("enough") }}
	if got := ran(t, Local{}, Jobs{exit}).Job("Exit").Attempts; got != 1 {
		t.Errorf("an exit was tried %d times", got)
	}
}

func TestATimeoutCancelsAnAttempt(t *testing.T) {
	var reason string
	slow := Job{Title: "Slow", Attempts: 2, Timeout: time.Millisecond, Run: func(ctx *Context) error {
		<-ctx.Done()
		reason = ctx.CancelReason()
		return fmt.Errorf("interrupted: %w", ctx.Err())
	}}
	got := ran(t, Local{}, Jobs{slow}).Job("Slow")
	if got.Outcome != Failed || got.Message != "timed out after 1ms" || got.Attempts != 2 || reason != "timed_out" {
		t.Errorf("got %+v, %s", got, reason)
	}
}

func TestAJobThatDoesNotStopIsLeftBehind(t *testing.T) {
	forEver := make(chan bool)
	stubborn := Job{Title: "Stubborn", Timeout: time.Millisecond, Run: func(*Context) error { <-forEver; return nil }}
	got := ran(t, Local{}, Jobs{stubborn, {Title: "Next", After: Jobs{stubborn}, Run: nothing}})
	close(forEver)
	if got.Job("Stubborn").Message != "timed out after 1ms, and did not stop" || got.Job("Next").Outcome != NotRun {
		t.Errorf("got %+v", got)
	}
}

func TestACancelledRunStartsNothingMore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	wait := Job{Title: "Wait", Attempts: 3, Run: func(ctx *Context) error { cancel(); <-ctx.Done(); return ctx.Err() }}
	report, err := Local{}.Run(ctx, Jobs{wait, {Title: "Next", After: Jobs{wait}, Run: nothing}})
	if err != nil || endings(report) != "Wait: cancelled, Next: not run" || !report.Failed() {
		t.Error(endings(report), err)
	}
}

func TestAddedJobsBecomePartOfTheRun(t *testing.T) {
	part := Job{Title: "Part", OnDemand: true, Args: Arguments{{Key: "index", Type: Number}}, Run: func(ctx *Context) error {
		index, err := ctx.Args.GetInt("index")
		ctx.SetOutput("index", index)
		return err
	}}
	sum := Job{Title: "Sum", OnDemand: true, Run: func(ctx *Context) error {
		total := 0
		for _, outputs := range ctx.Outputs() {
			var index int
			if err := outputs.Get("index", &index); err != nil {
				return err
			}
			total += index
		}
		ctx.SetOutput("sum", total)
		return nil
	}}
	first := Job{Title: "First", Run: func(ctx *Context) error { ctx.SetOutput("index", 10); return nil }}
	grow := Job{Title: "Grow", After: Jobs{first}, Run: func(ctx *Context) error {
		// What depends on others may be added before them, and may depend on jobs of the pipeline.
		ctx.Add(AddedJob{Job: sum, Title: "Join", DependsOn: []string{"part 1", "Part 2", "first"}})
		ctx.Add(AddedJob{Job: part, Title: "Part 1", Args: Values{"index": 1}})
		ctx.Add(AddedJob{Job: Job{Title: "PART"}, Title: "Part 2", Args: Values{"index": 2}, DependsOn: []string{"Part 1"}})
		return nil
	}}
	report := ran(t, Local{}, Jobs{first, grow, part, sum})
	if got := endings(report); got != "First: succeeded, Grow: succeeded, Join: succeeded, Part 1: succeeded, Part 2: succeeded" {
		t.Error(got)
	}
	if got := string(report.Job("Join").Outputs["sum"]); got != "13" {
		t.Errorf("the sum is %s", got)
	}
}

func TestAddedJobsThatCannotBeFailTheirAdder(t *testing.T) {
	part := Job{Title: "Part", OnDemand: true, Run: nothing}
	for want, added := range map[string][]AddedJob{
		`job "x" cannot be added: it depends on "nobody", which is no job of the run`: {{Title: "x", DependsOn: []string{"nobody"}}},
		`job "x" cannot be added: it depends on "Part", which is no job of the run`:   {{Title: "x", DependsOn: []string{"Part"}}},
		`job "Left" cannot be added: the run has a job of this title`:                 {{Title: "Left"}},
		`jobs cannot be added: they wait for each other: x → x`:                       {{Title: "x", DependsOn: []string{"X"}}},
	} {
		grow := Job{Title: "Grow", Run: func(ctx *Context) error {
			for _, job := range added {
				job.Job = part
				ctx.Add(job)
			}
			return nil
		}}
		left := Job{Title: "Left", Run: nothing}
		jobs := Jobs{grow, part, {Title: "Behind", After: Jobs{grow}, Run: nothing}}
		if added[0].Title == "Left" {
			// A title that only the run knows: added by another job before.
			jobs[0].After = Jobs{{Title: "Adder"}}
			jobs = append(jobs, Job{Title: "Adder", Run: func(ctx *Context) error {
				ctx.Add(AddedJob{Job: part, Title: left.Title})
				return nil
			}})
		}
		report := ran(t, Local{}, jobs)
		if got := report.Job("Grow"); got.Outcome != Failed || got.Message != want {
			t.Errorf("got %v %q, want %q", got.Outcome, got.Message, want)
		}
		if report.Job("Behind").Outcome != NotRun || report.Job("x").Outcome != NotRun {
			t.Error(endings(report))
		}
	}
}

func TestSecretsAreFoundByTheirNames(t *testing.T) {
	job := Job{
		Title: "Job", Args: Arguments{{Key: "TOKEN", Type: Vault}, {Key: "GIVEN", Type: Vault}, {Key: "NONE", Type: Vault}, {Key: "USER"}},
		Run: func(ctx *Context) error {
			for _, argument := range ctx.Args {
				ctx.SetOutput(argument.Key, argument.Value)
			}
			return nil
		},
	}
	local := Local{
		Arguments: Values{"GIVEN": "given"},
		Secret: func(name string) (string, bool) {
			return "secret of " + name, name != "NONE"
		},
	}
	got := ran(t, local, Jobs{job}).Job("Job").Outputs.texts()
	want := map[string]string{"TOKEN": `"secret of TOKEN"`, "GIVEN": `"given"`, "NONE": `""`, "USER": `""`}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestAddedJobsGetTheirSecretsAndNothingElseThatTheyWereNotAddedWith(t *testing.T) {
	safe := Job{
		Title: "Safe", OnDemand: true,
		Args: Arguments{{Key: "TOKEN", Type: Vault}, {Key: "GIVEN", Type: Vault}, {Key: "OWN", Type: Vault}, {Key: "name"}},
		Run: func(ctx *Context) error {
			for _, argument := range ctx.Args {
				ctx.SetOutput(argument.Key, argument.Value)
			}
			return nil
		},
	}
	grow := Job{Title: "Grow", Run: func(ctx *Context) error {
		ctx.Add(AddedJob{Job: safe, Title: "Added", Args: Values{"OWN": "own"}})
		return nil
	}}
	local := Local{
		Arguments: Values{"GIVEN": "given", "name": "x"},
		Secret:    func(name string) (string, bool) { return "secret of " + name, true },
	}
	got := ran(t, local, Jobs{grow, safe}).Job("Added").Outputs.texts()
	want := map[string]string{"TOKEN": `"secret of TOKEN"`, "GIVEN": `"given"`, "OWN": `"own"`, "name": `""`}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestOtherPipelinesAreAnsweredFor(t *testing.T) {
	call := Job{Title: "Call", Run: func(ctx *Context) error {
		run, err := ctx.RunPipeline("other", Values{"x": 1})
		if err != nil {
			return err
		}
		var answer int
		if err := run.Outputs.Get("answer", &answer); err != nil {
			return err
		}
		ctx.SetOutput("answer", fmt.Sprint(run.ID, run.Status, answer))
		return nil
	}}
	answer := func(name string, arguments map[string]string) (string, Values, error) {
		if name != "other" || arguments["x"] != "1" {
			return "", nil, fmt.Errorf("it was called with %v", arguments)
		}
		return "completed", Values{"answer": 42}, nil
	}
	refuse := func(string, map[string]string) (string, Values, error) { return "", nil, errors.New("not now") }

	report := ran(t, Local{Pipeline: answer}, Jobs{call})
	if got := string(report.Job("Call").Outputs["answer"]); got != `"other#1completed42"` {
		t.Errorf("got %s, %s", got, report.Job("Call").Message)
	}
	for want, local := range map[string]Local{
		`pipeline "other" cannot be started: not now`:                                                      {Pipeline: refuse},
		`pipeline "other" cannot be started: other pipelines are started by Gaia, and this is a local run`: {},
	} {
		if got := ran(t, local, Jobs{call}).Job("Call"); got.Outcome != Failed || got.Message != want {
			t.Errorf("got %v %q", got.Outcome, got.Message)
		}
	}
	stranger := Job{Title: "Stranger", Run: func(ctx *Context) error { _, err := ctx.AwaitRun("7"); return err }}
	if got := ran(t, Local{}, Jobs{stranger}).Job("Stranger").Message; got != "run 7 cannot be awaited: this job started no such run" {
		t.Error(got)
	}
}

func TestArgumentsThatNoJobTakesAreRefused(t *testing.T) {
	jobs := Jobs{{Title: "A", Run: nothing, Args: Arguments{{Key: "name"}, {Key: "times"}}}}
	_, err := Local{Arguments: Values{"nmae": "x"}}.Run(context.Background(), jobs)
	if err == nil || err.Error() != `no job has an argument "nmae"; there are: name, times` {
		t.Error(err)
	}
	for _, local := range []Local{
		{Arguments: Values{"name": make(chan int)}}, {Outputs: map[string]Values{"A": {"f": func() {}}}},
	} {
		if _, err := local.Run(context.Background(), jobs); err == nil {
			t.Errorf("%v was taken", local)
		}
	}
}
