package sdk

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Level is how much a line of a log matters.
type Level int

// The levels, with the numbers of the protocol.
const (
	LevelDebug Level = iota
	LevelInfo
	LevelWarn
	LevelError
)

// String returns DEBUG, INFO, WARN or ERROR.
func (l Level) String() string {
	words := [...]string{"DEBUG", "INFO", "WARN", "ERROR"}
	if l < 0 || int(l) >= len(words) {
		return fmt.Sprintf("LEVEL(%d)", int(l))
	}
	return words[l]
}

// Debugf writes to the job's log what only its author reads.
func (c *Context) Debugf(format string, args ...any) { c.logf(LevelDebug, format, args) }

// Infof writes to the job's log.
func (c *Context) Infof(format string, args ...any) { c.logf(LevelInfo, format, args) }

// Warnf writes to the job's log what may be wrong.
func (c *Context) Warnf(format string, args ...any) { c.logf(LevelWarn, format, args) }

// Errorf writes to the job's log what is wrong. The job goes on: to fail it, return an error.
func (c *Context) Errorf(format string, args ...any) { c.logf(LevelError, format, args) }

func (c *Context) logf(level Level, format string, args []any) {
	c.host.log(level, fmt.Sprintf(format, args...))
}

// Writer returns a writer whose lines become lines of the job's log: for the output of a command.
func (c *Context) Writer(level Level) io.Writer {
	writer := &lineWriter{log: func(text string) { c.host.log(level, text) }}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writers = append(c.writers, writer)
	return writer
}

// lineWriter passes on whole lines, many at once when they come at once.
type lineWriter struct {
	log func(text string)
	mu  sync.Mutex
	// The beginning of a line whose end was not written yet.
	open []byte
}

// longestLine is where a line without an end is cut: what never ends must not fill the memory.
const longestLine = 64 * 1024

func (w *lineWriter) Write(data []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = append(w.open, data...)
	if end := bytes.LastIndexByte(w.open, '\n'); end >= 0 {
		w.log(string(w.open[:end]))
		w.open = append([]byte(nil), w.open[end+1:]...)
	}
	if len(w.open) > longestLine {
		w.log(string(w.open))
		w.open = nil
	}
	return len(data), nil
}

// flush passes on a last line without an end.
func (w *lineWriter) flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.open) > 0 {
		w.log(string(w.open))
		w.open = nil
	}
}

// eachLine calls use with the lines of a text.
func eachLine(text string, use func(line string)) {
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		use(strings.TrimSuffix(line, "\r"))
	}
}
