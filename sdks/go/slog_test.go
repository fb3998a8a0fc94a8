//go:build go1.21

package sdk

import (
	"reflect"
	"testing"
)

func TestLoggerWritesToTheJobsLog(t *testing.T) {
	report := performed(t, func(ctx *Context) error {
		log := ctx.Logger()
		log.Debug("plain")
		log.With("id", 7).WithGroup("http").Warn("slow answer", "path", "/a b", "time", 3)
		log.Error("", "only", "attributes")
		return nil
	})
	want := []LogLine{
		{LevelDebug, "plain"}, {LevelWarn, `slow answer id=7 http.path="/a b" http.time=3`}, {LevelError, "only=attributes"},
	}
	if !reflect.DeepEqual(report.Log, want) {
		t.Errorf("got %v", report.Log)
	}
}
