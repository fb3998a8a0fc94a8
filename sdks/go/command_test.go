package sdk

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// commanded is what a program started by hand answers to these words.
func commanded(t *testing.T, jobs Jobs, words ...string) (status int, stdout, stderr string) {
	t.Helper()
	p, err := newProgram(jobs)
	if err != nil {
		t.Fatal(err)
	}
	var out, errors bytes.Buffer
	status = newCommand(p, "/tmp/pipeline", &out, &errors).run(words)
	return status, out.String(), errors.String()
}

// told is the text without its times, which are others each time.
func told(text string) string {
	return regexp.MustCompile(` after [0-9.]+m?s\b`).ReplaceAllString(text, "")
}

func TestRunTellsWhatHappens(t *testing.T) {
	greet := Job{Title: "Greet", Args: Arguments{{Key: "name", Value: "world"}}, Run: func(ctx *Context) error {
		ctx.Infof("hello %s\nand welcome", ctx.Args.GetString("name"))
		ctx.SetOutput("name", ctx.Args.GetString("name"))
		ctx.SetOutput("length", len(ctx.Args.GetString("name")))
		return nil
	}}
	flaky := Job{Title: "Flaky", After: Jobs{greet}, Attempts: 2, Run: func(ctx *Context) error {
		return fmt.Errorf("not yet:\n%d", ctx.Attempt)
	}}
	next := Job{Title: "Next", After: Jobs{flaky}, Run: nothing}
	status, stdout, stderr := commanded(t, Jobs{greet, flaky, next}, "run", "--arg", "name=A=B")
	want := `[Greet] started
[Greet] INFO hello A=B
[Greet] INFO and welcome
[Greet] output length = 3
[Greet] output name = "A=B"
[Greet] succeeded
[Flaky] started, attempt 1 of 2
[Flaky] WARN attempt 1 of 2 failed: not yet:
[Flaky] WARN 1
[Flaky] started, attempt 2 of 2
[Flaky] failed: not yet:
[Flaky] 2
[Next] not run: "Flaky" did not succeed
3 jobs, 1 succeeded, 1 failed, 1 not run
`
	if status != 1 || told(stdout) != want || stderr != "" {
		t.Errorf("exit status %d\n%s\n%s", status, stdout, stderr)
	}
}

func TestRunTakesJobsAndSecretsFromTheEnvironment(t *testing.T) {
	t.Setenv("SDK_TEST_TOKEN", "of the environment")
	first := Job{Title: "First", Run: nothing}
	second := Job{
		Title: "Second", After: Jobs{first}, Args: Arguments{{Key: "SDK_TEST_TOKEN", Type: Vault}},
		Run: func(ctx *Context) error { return Skip(ctx.Args.GetString("SDK_TEST_TOKEN")) },
	}
	jobs := Jobs{first, second, {Title: "Third", Run: func(*Context) error { return errors.New("no") }}}
	status, stdout, _ := commanded(t, jobs, "run", "-job=second")
	if status != 0 || !strings.HasSuffix(told(stdout), "[Second] skipped: of the environment\n2 jobs, 1 succeeded, 1 skipped\n") {
		t.Errorf("exit status %d\n%s", status, stdout)
	}
	_, stdout, _ = commanded(t, jobs, "run", "--job", "Second", "--arg", "SDK_TEST_TOKEN=given")
	if !strings.Contains(stdout, ": given\n") {
		t.Error(stdout)
	}
}

func TestListTellsJobsDependenciesAndArguments(t *testing.T) {
	greet := Job{
		Title: "Greet", Description: "Says hello", Run: nothing, Attempts: 3, Timeout: time.Minute,
		Args: Arguments{
			{Key: "name", Description: "Who is greeted", Value: "world"}, {Key: "note", Type: TextArea},
			{Key: "tone", Type: Choice, Choices: []string{"calm", "wild"}, Required: true}, {Key: "TOKEN", Type: Vault},
		},
	}
	part := Job{Title: "Part", OnDemand: true, Run: nothing}
	status, stdout, stderr := commanded(t, Jobs{greet, {Title: "Read", After: Jobs{greet}, Run: nothing}, part}, "list")
	want := `Greet
  Says hello
  attempts: 3
  timeout: 1m0s
  --arg name   text  Who is greeted; default world
  --arg note   textarea
  --arg tone   choice  one of calm, wild; required
  --arg TOKEN  vault
Read
  after: Greet
Part
  on demand
`
	if status != 0 || stdout != want || stderr != "" {
		t.Errorf("exit status %d\n%s\n%s", status, stdout, stderr)
	}
}

func TestWrongUsageIsSaidWithTheUsage(t *testing.T) {
	jobs := Jobs{{Title: "A", Run: nothing, Args: Arguments{{Key: "name"}}}}
	for want, words := range map[string][]string{
		"usage: pipeline run ":                                              {},
		"error: there is no command \"start\"\nusage: ":                     {"start"},
		"error: list takes nothing, and got \"x\"\nusage: ":                 {"list", "x"},
		"error: run takes options alone, and got \"x\"\nusage: ":            {"run", "x"},
		"error: flag provided but not defined: -x\nusage: ":                 {"run", "--x"},
		"error: invalid value \"name\" for flag -arg: it has the form KEY=": {"run", "--arg", "name"},
		"error: there is no job \"B\"; there are: A\nusage: ":               {"run", "--job", "B"},
		"error: no job has an argument \"n\"; there are: name\nusage: ":     {"run", "--arg", "n=1"},
	} {
		status, stdout, stderr := commanded(t, jobs, words...)
		if status != 2 || stdout != "" || !strings.HasPrefix(stderr, want) {
			t.Errorf("%v: exit status %d\n%s\n%s", words, status, stdout, stderr)
		}
	}
	for _, words := range [][]string{{"--help"}, {"run", "--help"}} {
		if status, stdout, stderr := commanded(t, jobs, words...); status != 0 || !strings.HasPrefix(stdout, "usage: ") || stderr != "" {
			t.Errorf("%v: exit status %d\n%s\n%s", words, status, stdout, stderr)
		}
	}
}

func TestTheExitStatusSaysHowARunEnded(t *testing.T) {
	for program, want := range map[string]int{"passing": 0, "failing": 1, "twice": 2} {
		p := start(t, program, nil, "run")
		p.allOutput(t)
		if got := p.status(); got != want {
			t.Errorf("%s: exit status %d\n%s", program, got, p.stderr)
		}
	}
}

func TestASignalCancelsARunAndASecondOneDoesNotWait(t *testing.T) {
	waiting := start(t, "waiting", nil, "run")
	waiting.awaitLine(t, "[A] INFO waiting\n")
	waiting.Process.Signal(os.Interrupt)
	if rest := waiting.allOutput(t); !strings.Contains(rest, "cancelled: run_stopped\n1 job, 1 cancelled\n") {
		t.Errorf("the rest is %s", told(rest))
	}

	stubborn := start(t, "stubborn", nil, "run")
	stubborn.awaitLine(t, "[A] INFO waiting\n")
	stubborn.Process.Signal(os.Interrupt)
	stubborn.stderr.await("waiting for the jobs to end")
	stubborn.Process.Signal(os.Interrupt)
	if rest := stubborn.allOutput(t); rest != "" {
		t.Errorf("it waited: %s", rest)
	}
	for _, p := range []*process{waiting, stubborn} {
		if got := p.status(); got != 128+int(syscall.SIGINT) {
			t.Errorf("exit status %d\n%s", got, p.stderr)
		}
	}
}
