package sdk_test

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"gaia/sdk"
	"gaia/sdk/internal/published"
)

func TestProgramsForThePublishedSDKRun(t *testing.T) {
	published.Called = nil
	local := sdk.Local{Arguments: sdk.Values{"service": "web"}}
	report, err := local.Run(context.Background(), published.Jobs)
	if err != nil || report.Failed() {
		t.Fatal(report, err)
	}
	if want := []string{"web", "all", "staging"}; !reflect.DeepEqual(published.Called, want) {
		t.Errorf("called with %v", published.Called)
	}
	if got := report.Job("Deploy"); got.Outcome != sdk.Exited || got.Message != "pipeline exit requested by job" {
		t.Errorf("got %+v", got)
	}
}

func TestAHandlerFailsWithItsError(t *testing.T) {
	jobs := sdk.Jobs{{Title: "Fail", Handler: func(sdk.Arguments) error { return errors.New("no") }}}
	report, err := sdk.Local{}.Perform(context.Background(), jobs, "Fail")
	if err != nil || report.Outcome != sdk.Failed || report.Message != "no" {
		t.Errorf("got %+v, %v", report, err)
	}
}
