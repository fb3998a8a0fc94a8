// The program of sdks/conformance/README.md.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"gaia/sdk"
)

var (
	greet = sdk.Job{
		Title:       "Greet",
		Description: "Says hello",
		Args: sdk.Arguments{
			{Key: "name", Description: "Who is greeted", Value: "world"},
			{Key: "note", Type: sdk.TextArea},
			{Key: "loud", Type: sdk.Boolean, Value: "false"},
			{Key: "times", Type: sdk.Number, Value: "2"},
			{Key: "tone", Type: sdk.Choice, Choices: []string{"calm", "wild"}, Value: "calm"},
			{Key: "TOKEN", Type: sdk.Vault},
		},
		Run: sayHello,
	}
	read = sdk.Job{Title: "Read", After: sdk.Jobs{greet}, Run: readGreeting}

	part = sdk.Job{
		Title:    "Part",
		OnDemand: true,
		Args:     sdk.Arguments{{Key: "index", Type: sdk.Number}, {Key: "TOKEN", Type: sdk.Vault}},
		Run:      outputIndex,
	}
	sum  = sdk.Job{Title: "Sum", OnDemand: true, Run: addUp}
	grow = sdk.Job{
		Title: "Grow",
		Args:  sdk.Arguments{{Key: "parts", Type: sdk.Number, Value: "2"}},
		Run:   addParts,
	}

	// count lives as long as the process.
	count atomic.Int64
)

func main() {
	if _, noisy := os.LookupEnv("CONFORMANCE_NOISE"); noisy {
		fmt.Println("too early")
	}
	sdk.Serve(sdk.Jobs{
		greet,
		read,
		{Title: "Levels", Run: logAtAllLevels},
		{
			Title: "Needs",
			Args:  sdk.Arguments{{Key: "what", Required: true}},
			Run: func(ctx *sdk.Context) error {
				ctx.SetOutput("what", ctx.Args.GetString("what"))
				return nil
			},
		},
		{Title: "Fail", Run: func(*sdk.Context) error { return errors.New("it broke: ☃") }},
		{Title: "Flaky", Attempts: 2, Run: succeedLater},
		{Title: "Exit", Run: func(*sdk.Context) error { return sdk.Exit("enough") }},
		{Title: "Throw", Run: func(*sdk.Context) error { panic("a panic") }},
		{
			Title: "Skip",
			When:  func(*sdk.Context) error { return sdk.Skip("not today") },
			Run:   func(*sdk.Context) error { return errors.New("performed although it is skipped") },
		},
		grow,
		part,
		sum,
		{Title: "Wait", Run: waitUntilCancelled},
		{Title: "Stubborn", Timeout: 300 * time.Millisecond, Run: ignoreCancellation},
		{Title: "Crash", Run: func(*sdk.Context) error { os.Exit(7); return nil }},
		{
			Title: "Sleep",
			Args:  sdk.Arguments{{Key: "ms", Type: sdk.Number, Value: "200"}},
			Run:   sleep,
		},
		{Title: "Noise", Run: makeNoise},
		{Title: "Child", Run: askChild},
		{
			Title: "Call",
			Args:  sdk.Arguments{{Key: "pipeline", Value: "other"}},
			Run:   callPipeline,
		},
		{
			Title: "Größe ☃",
			Args:  sdk.Arguments{{Key: "wert", Value: "ü"}},
			Run: func(ctx *sdk.Context) error {
				ctx.SetOutput("wert", ctx.Args.GetString("wert"))
				ctx.SetOutput("title", ctx.Title)
				return nil
			},
		},
		{
			Title:   "Slow",
			Timeout: 300 * time.Millisecond,
			Run: func(ctx *sdk.Context) error {
				<-ctx.Done()
				return ctx.Err()
			},
		},
	})
}

func sayHello(ctx *sdk.Context) error {
	times, err := ctx.Args.GetInt("times")
	if err != nil {
		return err
	}
	loud, err := ctx.Args.GetBool("loud")
	if err != nil {
		return err
	}
	greeting := "hello " + ctx.Args.GetString("name")
	ctx.Infof("%s", greeting)
	ctx.SetOutput("greeting", greeting)
	ctx.SetOutput("note", ctx.Args.GetString("note"))
	ctx.SetOutput("times", times)
	ctx.SetOutput("loud", loud)
	ctx.SetOutput("tone", ctx.Args.GetString("tone"))
	ctx.SetOutput("token_length", utf8.RuneCountInString(ctx.Args.GetString("TOKEN")))
	return nil
}

func readGreeting(ctx *sdk.Context) error {
	var greeting any
	if err := ctx.Output("Greet", "greeting", &greeting); err != nil && !errors.Is(err, sdk.ErrNoOutput) {
		return err
	}
	ctx.SetOutput("echo", greeting)
	ctx.SetOutput("count", count.Add(1))
	return nil
}

func logAtAllLevels(ctx *sdk.Context) error {
	ctx.Debugf("a debug line")
	ctx.Infof("an info line")
	ctx.Warnf("a warning")
	ctx.Errorf("an error")
	ctx.Infof("two\nlines")
	return nil
}

func succeedLater(ctx *sdk.Context) error {
	if ctx.Attempt == 1 {
		return errors.New("not yet")
	}
	return nil
}

func addParts(ctx *sdk.Context) error {
	parts, err := ctx.Args.GetInt("parts")
	if err != nil {
		return err
	}
	join := sdk.AddedJob{Job: sum, Title: "Join"}
	for index := 1; index <= parts; index++ {
		title := fmt.Sprintf("Part %d", index)
		ctx.Add(sdk.AddedJob{Job: part, Title: title, Args: sdk.Values{"index": index}})
		join.DependsOn = append(join.DependsOn, title)
	}
	ctx.Add(join)
	ctx.SetOutput("parts", parts)
	return nil
}

func outputIndex(ctx *sdk.Context) error {
	index, err := ctx.Args.GetInt("index")
	if err != nil {
		return err
	}
	ctx.SetOutput("index", index)
	ctx.SetOutput("title", ctx.Title)
	ctx.SetOutput("token_length", utf8.RuneCountInString(ctx.Args.GetString("TOKEN")))
	return nil
}

func addUp(ctx *sdk.Context) error {
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
}

func waitUntilCancelled(ctx *sdk.Context) error {
	ctx.Infof("waiting")
	<-ctx.Done()
	return ctx.Err()
}

func ignoreCancellation(ctx *sdk.Context) error {
	ctx.Infof("waiting")
	select {}
}

func sleep(ctx *sdk.Context) error {
	ms, err := ctx.Args.GetInt("ms")
	if err != nil {
		return err
	}
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func makeNoise(*sdk.Context) error {
	os.Stdout.Write([]byte{0x00, 0xff, 0xfe, 0x0a})
	fmt.Println("on stdout")
	os.Stderr.Write([]byte{0x00, 0xff, 0xfe, 0x0a})
	fmt.Fprintln(os.Stderr, "on stderr")
	return nil
}

func askChild(ctx *sdk.Context) error {
	script := `printf "$GAIA_PLUGIN_CERT$GAIA_PLUGIN_KEY$GAIA_PLUGIN_CA_CERT"`
	printed, err := exec.Command("sh", "-c", script).Output()
	ctx.SetOutput("certificates", string(printed))
	return err
}

func callPipeline(ctx *sdk.Context) error {
	run, err := ctx.RunPipeline(ctx.Args.GetString("pipeline"), sdk.Values{"x": "1"})
	if err != nil {
		return err
	}
	var answer any
	if err := run.Outputs.Get("answer", &answer); err != nil && !errors.Is(err, sdk.ErrNoOutput) {
		return err
	}
	ctx.SetOutput("run", run.ID)
	ctx.SetOutput("status", run.Status)
	ctx.SetOutput("answer", answer)
	return nil
}
