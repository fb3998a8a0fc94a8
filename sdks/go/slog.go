//go:build go1.21

package sdk

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
)

// Logger writes to the job's log, for code that takes a [slog.Logger].
func (c *Context) Logger() *slog.Logger { return slog.New(newLogHandler(c)) }

// logHandler writes a record as its message and then its attributes, as slog's own text handler writes them. Time and
// level are the log's own.
type logHandler struct {
	job  *Context
	text slog.Handler
	*attributes
}

// attributes is where the text handler writes.
type attributes struct {
	mu      sync.Mutex
	written bytes.Buffer
}

func newLogHandler(job *Context) logHandler {
	to := &attributes{}
	options := &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(groups []string, attribute slog.Attr) slog.Attr {
			own := attribute.Key == slog.TimeKey || attribute.Key == slog.LevelKey || attribute.Key == slog.MessageKey
			if own && len(groups) == 0 {
				return slog.Attr{}
			}
			return attribute
		},
	}
	return logHandler{job, slog.NewTextHandler(&to.written, options), to}
}

func (h logHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.written.Reset()
	if err := h.text.Handle(ctx, record); err != nil {
		return err
	}
	line := bytes.TrimSpace([]byte(record.Message + " " + h.written.String()))
	h.job.host.log(levelOf(record.Level), string(line))
	return nil
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return logHandler{h.job, h.text.WithAttrs(attrs), h.attributes}
}

func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.job, h.text.WithGroup(name), h.attributes}
}

func levelOf(level slog.Level) Level {
	switch {
	case level < slog.LevelInfo:
		return LevelDebug
	case level < slog.LevelWarn:
		return LevelInfo
	case level < slog.LevelError:
		return LevelWarn
	}
	return LevelError
}
