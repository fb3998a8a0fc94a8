package sdk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"
)

// performed performs one job that is made of a function.
func performed(t *testing.T, run func(*Context) error) JobReport {
	t.Helper()
	return performedBy(t, Local{}, Job{Title: "Job", Run: run})
}

func performedBy(t *testing.T, local Local, job Job) JobReport {
	t.Helper()
	report, err := local.Perform(context.Background(), Jobs{job}, job.Title)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// unprintable is an error that panics when it is asked for its text.
type unprintable struct{ text string }

func (e *unprintable) Error() string { return e.text }

func TestWhatAJobReturnsIsItsOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		run     func(*Context) error
		outcome Outcome
		message string
	}{
		"nil":          {nothing, Succeeded, ""},
		"an error":     {func(*Context) error { return errors.New("it broke: ☃") }, Failed, "it broke: ☃"},
		"an exit":      {func(*Context) error { return Exit("enough") }, Exited, "enough"},
		"a wrapped":    {func(*Context) error { return fmt.Errorf("well: %w", Exit("enough")) }, Exited, "well: enough"},
		"the old exit": {func(*Context) error { return ErrorExitPipeline }, Exited, "pipeline exit requested by job"},
		"a skip":       {func(*Context) error { return Skip("not today") }, Skipped, "not today"},
		"a panic":      {func(*Context) error { panic("a text") }, Failed, "a text"},
		"an odd panic": {func(*Context) error { panic(struct{ n int }{7}) }, Failed, "{7}"},
		"a bug": {
			func(*Context) error { var p *Job; p.Title = ""; return nil },
			Failed, "runtime error: invalid memory address or nil pointer dereference",
		},
		"an error that panics": {
			func(*Context) error { var e *unprintable; return e },
			Failed, "runtime error: invalid memory address or nil pointer dereference",
		},
		"the end of its goroutine": {
			func(*Context) error { runtime.Goexit(); return nil },
			Failed, "the job ended its goroutine instead of returning",
		},
		"an output that is no JSON": {
			func(ctx *Context) error { ctx.SetOutput("f", func() {}); return nil },
			Failed, `output "f" cannot be kept: json: unsupported type: func()`,
		},
		"an output of no name": {
			func(ctx *Context) error { ctx.SetOutput("1st", 1); return nil },
			Failed, `output "1st": names begin with a letter or _ and go on with letters, digits, _ . -`,
		},
	} {
		report := performed(t, c.run)
		if report.Outcome != c.outcome || report.Message != c.message {
			t.Errorf("%s: %v %q, want %v %q", name, report.Outcome, report.Message, c.outcome, c.message)
		}
	}
}

func TestAPanicLeavesItsStackInTheLog(t *testing.T) {
	report := performed(t, func(*Context) error { panic("a text") })
	if len(report.Log) != 1 || report.Log[0].Level != LevelError ||
		!strings.HasPrefix(report.Log[0].Text, "panic: a text\n") || !strings.Contains(report.Log[0].Text, "perform_test.go") {
		t.Errorf("the log is %v", report.Log)
	}
}

func TestALongMessageIsCutBetweenLetters(t *testing.T) {
	report := performed(t, func(*Context) error { return errors.New("a" + strings.Repeat("☃", 30_000)) })
	if n := len(report.Message); n > longestMessage || n < longestMessage-3 || !utf8.ValidString(report.Message) {
		t.Errorf("%d bytes, ending in %q", n, report.Message[n-6:])
	}
}

func TestTheConditionIsAskedFirst(t *testing.T) {
	performs := 0
	job := Job{
		Title: "Announce",
		Args:  Arguments{{Key: "to", Value: "test"}},
		When: func(ctx *Context) error {
			switch ctx.Args.GetString("to") {
			case "test":
				return Skip("only production is announced")
			case "production":
				return nil
			}
			return errors.New("nobody knows it")
		},
		Run: func(*Context) error { performs++; return nil },
	}
	for to, want := range map[string]Outcome{"test": Skipped, "production": Succeeded, "mars": Failed} {
		if got := performedBy(t, Local{Arguments: Values{"to": to}}, job); got.Outcome != want {
			t.Errorf("%s: %v %s", to, got.Outcome, got.Message)
		}
	}
	if performs != 1 {
		t.Errorf("performed %d times", performs)
	}
}

func TestArgumentsHaveDefaultsAndTheOrderOfTheAuthor(t *testing.T) {
	job := Job{
		Title: "Job",
		Args: Arguments{
			{Key: "b", Value: "default"}, {Key: "a", Value: "default"}, {Key: "c"},
			{Key: "n", Type: Number, Value: "2"}, {Key: "text", Value: "default"},
		},
		Run: func(ctx *Context) error {
			for _, argument := range ctx.Args {
				ctx.Infof("%s=%s", argument.Key, argument.Value)
			}
			return nil
		},
	}
	// An empty field of a form is no number, but it is a text.
	report := performedBy(t, Local{Arguments: Values{"z": 1.5, "a": "given", "n": "", "text": "", "y": []int{1}}}, job)
	var got []string
	for _, line := range report.Log {
		got = append(got, line.Text)
	}
	if want := "b=default a=given c= n=2 text= y=[1] z=1.5"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s (%s)", got, want, report.Message)
	}
}

func TestArgumentsThatCannotBeFailTheJobBeforeItStarts(t *testing.T) {
	job := Job{
		Title: "Job",
		Args: Arguments{
			{Key: "what", Required: true}, {Key: "times", Type: Number},
			{Key: "tone", Type: Choice, Choices: []string{"calm", "wild"}},
		},
		Run: nothing,
	}
	for want, given := range map[string]Values{
		`argument "what" is required`:                      {},
		`argument "times" is "x", which is no number`:      {"what": "x", "times": "x"},
		`argument "tone" is "loud"; it can be: calm, wild`: {"what": "x", "tone": "loud"},
		"": {"what": "x", "times": 3, "tone": "wild"},
	} {
		if report := performedBy(t, Local{Arguments: given}, job); report.Message != want {
			t.Errorf("got %q, want %q", report.Message, want)
		}
	}
}

func TestOutputsAreJSON(t *testing.T) {
	report := performed(t, func(ctx *Context) error {
		ctx.SetOutput("text", "<a&b>")
		ctx.SetOutput("list", []any{1, nil, "x"})
		ctx.SetOutput("again", 1)
		ctx.SetOutput("again", 2)
		return nil
	})
	want := Outputs{"text": json.RawMessage(`"<a&b>"`), "list": json.RawMessage(`[1,null,"x"]`), "again": json.RawMessage(`2`)}
	if !reflect.DeepEqual(report.Outputs, want) {
		t.Errorf("got %s", report.Outputs)
	}
}

func TestOutputsOfOthersAreReadByTitleInAnyCase(t *testing.T) {
	local := Local{Outputs: map[string]Values{"Build": {"size": 12, "name": "a"}}}
	report := performedBy(t, local, Job{Title: "Job", Run: func(ctx *Context) error {
		var size int
		if err := ctx.Output("BUILD", "size", &size); err != nil || size != 12 {
			return fmt.Errorf("size is %d, %v", size, err)
		}
		for _, err := range []error{ctx.Output("Build", "other", &size), ctx.Output("Test", "size", &size)} {
			if !errors.Is(err, ErrNoOutput) {
				return fmt.Errorf("got %v", err)
			}
		}
		if len(ctx.Outputs()) != 1 {
			return fmt.Errorf("outputs are %v", ctx.Outputs())
		}
		return ctx.Output("Build", "name", &size)
	}})
	want := `job "Build": output "name" is "a": json: cannot unmarshal string into Go value of type int`
	if report.Message != want {
		t.Errorf("got %q", report.Message)
	}
}

func TestLogsHaveLevels(t *testing.T) {
	report := performed(t, func(ctx *Context) error {
		ctx.Debugf("a %s", "debug")
		ctx.Infof("100%%")
		ctx.Warnf("a warning")
		ctx.Errorf("an error")
		out := ctx.Writer(LevelInfo)
		io.WriteString(out, "first\nsec")
		io.WriteString(out, "ond\nlast, without an end")
		return nil
	})
	want := []LogLine{
		{LevelDebug, "a debug"}, {LevelInfo, "100%"}, {LevelWarn, "a warning"}, {LevelError, "an error"},
		{LevelInfo, "first"}, {LevelInfo, "second"}, {LevelInfo, "last, without an end"},
	}
	if !reflect.DeepEqual(report.Log, want) {
		t.Errorf("got %v", report.Log)
	}
}

func TestALineWithoutAnEndIsNotKeptForEver(t *testing.T) {
	report := performed(t, func(ctx *Context) error {
		out := ctx.Writer(LevelInfo)
		for i := 0; i < 3; i++ {
			io.WriteString(out, strings.Repeat("x", longestLine))
		}
		return nil
	})
	if len(report.Log) != 2 {
		t.Errorf("%d lines", len(report.Log))
	}
}

func TestWhatCannotBeAddedFailsTheJob(t *testing.T) {
	part := Job{Title: "Part", OnDemand: true, Run: nothing}
	for want, added := range map[string][]AddedJob{
		`job "" cannot be added: it has no title`: {{Job: part}},
		`job "x" cannot be added: its function is that of "Other", which is no job of the pipeline; there are: Grow, Part`: {{Job: Job{Title: "Other"}, Title: "x"}},
		`job "GROW" cannot be added: the pipeline has a job "Grow"`:                                                        {{Job: part, Title: "GROW"}},
		`job "x" cannot be added: this title was added before`:                                                             {{Job: part, Title: "X"}, {Job: part, Title: "x"}},
		`job "x" cannot be added: argument "f" cannot be passed on: json: unsupported type: func()`:                        {{Job: part, Title: "x", Args: Values{"f": func() {}}}},
	} {
		grow := Job{Title: "Grow", Run: func(ctx *Context) error {
			for _, job := range added {
				ctx.Add(job)
			}
			return nil
		}}
		report, err := Local{}.Perform(context.Background(), Jobs{grow, part}, "grow")
		if err != nil || report.Outcome != Failed || report.Message != want {
			t.Errorf("got %v %q, %v\nwant %q", report.Outcome, report.Message, err, want)
		}
	}
}

func TestWhatAJobDoesAfterItsEndComesTooLate(t *testing.T) {
	var kept *Context
	report := performed(t, func(ctx *Context) error { kept = ctx; return nil })
	kept.SetOutput("late", 1)
	kept.Add(AddedJob{})
	if len(report.Outputs) != 0 || len(report.Added) != 0 {
		t.Errorf("got %v", report)
	}
}
