package sdk

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// The variables in which Gaia names the files of the certificates.
const (
	certVariable = "GAIA_PLUGIN_CERT"
	keyVariable  = "GAIA_PLUGIN_KEY"
	caVariable   = "GAIA_PLUGIN_CA_CERT"
)

// The exit statuses of a program.
const (
	exitOK = iota
	exitFailed
	exitUsage
)

// Serve is what main calls. Started by Gaia it serves the jobs until it is told to end; started by hand it is a command
// that runs them (`PROGRAM run`, `PROGRAM list`).
//
// It ends the process itself, in words on stderr, when the jobs are wrong or used wrongly (status 2), and when one of
// them, or the program, failed (1). The error that it returns is always nil, and there for programs that were written
// for the published SDK.
func Serve(jobs Jobs) error {
	if status := run(jobs, os.Args); status != exitOK {
		os.Exit(status)
	}
	return nil
}

func run(jobs Jobs, words []string) int {
	p, err := newProgram(jobs)
	if err != nil {
		eachLine(err.Error(), func(line string) { fmt.Fprintln(os.Stderr, "error:", line) })
		return exitUsage
	}
	if os.Getenv(certVariable) == "" {
		return newCommand(p, words[0], os.Stdout, os.Stderr).run(words[1:])
	}
	status, err := p.serve()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	return status
}

// serve speaks the protocol until a signal ends the program.
func (p *program) serve() (int, error) {
	security, err := certificates()
	if err != nil {
		return exitFailed, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return exitFailed, err
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, os.Interrupt)
	keepWithoutReader()

	server := newServer(p, os.Stderr)
	ended := make(chan error, 1)
	go func() { ended <- server.grpc(security).Serve(listener) }()
	if err := shakeHands(os.Stdout, listener.Addr()); err != nil {
		return exitFailed, err
	}
	select {
	case err := <-ended:
		return exitFailed, err
	case received := <-signals:
		server.stopAll(stopGrace)
		return statusOf(received), nil
	}
}

// stopGrace is how long jobs have to end after the signal: the process has to be gone within a second of it.
const stopGrace = 500 * time.Millisecond

// shakeHands tells the host where the program listens. It is the only thing that the host reads from stdout, so what
// jobs print there from now on goes to stderr, which is the log.
func shakeHands(stdout io.Writer, address net.Addr) error {
	_, err := fmt.Fprintf(stdout, "1|2|tcp|%s|grpc\n", address)
	os.Stdout = os.Stderr
	return err
}

// keepWithoutReader lets a write to a closed stdout or stderr fail instead of ending the process. The signal is caught
// and not ignored, because commands that jobs start would inherit that.
func keepWithoutReader() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// statusOf is the exit status of a process that a signal ended.
func statusOf(received os.Signal) int {
	if number, ok := received.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return exitFailed
}

// lines writes each line of a text behind a prefix, all at once, so that those of other jobs do not come in between.
func lines(to io.Writer, prefix, text string) {
	var all strings.Builder
	eachLine(text, func(line string) { all.WriteString(prefix + line + "\n") })
	io.WriteString(to, all.String())
}
