package sdk

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

// command is the program when it is started by hand.
type command struct {
	program *program
	name    string
	stdout  io.Writer
	stderr  io.Writer
}

func newCommand(p *program, path string, stdout, stderr io.Writer) *command {
	return &command{program: p, name: filepath.Base(path), stdout: stdout, stderr: stderr}
}

func (c *command) usage(to io.Writer) {
	fmt.Fprintf(to, `usage: %[1]s run [--arg KEY=VALUE]... [--job TITLE]...
       %[1]s list
  run           runs the jobs here, without Gaia: all, or those of --job and what they depend on
  --arg         a value for the argument KEY; a secret can also come from the environment variable KEY
  list          says which jobs there are, with their dependencies and arguments
Gaia starts this program with %[2]s set, and it serves its jobs.
`, c.name, certVariable)
}

// run does what the words say, and returns the exit status.
func (c *command) run(words []string) int {
	if len(words) == 0 {
		c.usage(c.stderr)
		return exitUsage
	}
	switch words[0] {
	case "-h", "-help", "--help", "help":
		c.usage(c.stdout)
		return exitOK
	case "run":
		return c.runJobs(words[1:])
	case "list":
		if len(words) > 1 {
			return c.wrong(fmt.Errorf("list takes nothing, and got %q", words[1]))
		}
		c.list()
		return exitOK
	}
	return c.wrong(fmt.Errorf("there is no command %q", words[0]))
}

// wrong says what is wrong with how the program is used.
func (c *command) wrong(err error) int {
	eachLine(err.Error(), func(line string) { fmt.Fprintln(c.stderr, "error:", line) })
	c.usage(c.stderr)
	return exitUsage
}

func (c *command) runJobs(words []string) int {
	local := Local{Arguments: Values{}, Secret: os.LookupEnv}
	var titles []string
	flags := flag.NewFlagSet("run", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Func("arg", "", func(text string) error {
		key, value, found := strings.Cut(text, "=")
		if !found || key == "" {
			return errors.New("it has the form KEY=VALUE")
		}
		local.Arguments[key] = value
		return nil
	})
	flags.Func("job", "", func(title string) error {
		titles = append(titles, title)
		return nil
	})
	if err := flags.Parse(words); errors.Is(err, flag.ErrHelp) {
		c.usage(c.stdout)
		return exitOK
	} else if err != nil {
		return c.wrong(err)
	}
	if flags.NArg() > 0 {
		return c.wrong(fmt.Errorf("run takes options alone, and got %q", flags.Arg(0)))
	}
	return c.perform(local, titles)
}

// perform runs the jobs until they have ended. A first signal cancels them, a second one does not wait for them.
func (c *command) perform(local Local, titles []string) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)

	statuses := make(chan int, 1)
	go func() { statuses <- c.performUntil(ctx, local, titles) }()
	interrupted := 0
	for {
		select {
		case status := <-statuses:
			if interrupted != 0 {
				return interrupted
			}
			return status
		case received := <-signals:
			if interrupted != 0 {
				return interrupted
			}
			interrupted = statusOf(received)
			cancel()
			fmt.Fprintf(c.stderr, "%v: waiting for the jobs to end; a second one does not wait\n", received)
		}
	}
}

func (c *command) performUntil(ctx context.Context, local Local, titles []string) int {
	local.observer = newPrinter(c.stdout)
	report, err := local.runProgram(ctx, c.program, titles)
	if err != nil {
		return c.wrong(err)
	}
	fmt.Fprintln(c.stdout, report.summary())
	if report.Failed() {
		return exitFailed
	}
	return exitOK
}
