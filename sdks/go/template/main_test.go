package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"gaia/sdk"
)

func TestThePipelineMeasuresAFolder(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "file"), make([]byte, 1_500_000), 0o600); err != nil {
		t.Fatal(err)
	}
	here := sdk.Local{Arguments: sdk.Values{"folder": folder}}
	run, err := here.Run(context.Background(), jobs)
	if err != nil || run.Failed() {
		t.Fatal(run, err)
	}
	if got := string(run.Job("Report").Outputs["summary"]); got != `"The folder has 1.5 MB."` {
		t.Errorf("the summary is %s", got)
	}
	if got := run.Job("Warn"); got.Outcome != sdk.Skipped {
		t.Errorf("Warn %v: %s", got.Outcome, got.Message)
	}
}

func TestAFolderThatIsTooLargeIsWarnedOf(t *testing.T) {
	here := sdk.Local{Outputs: map[string]sdk.Values{"Measure": {"megabytes": 101.5}}}
	got, err := here.Perform(context.Background(), jobs, "Warn")
	if err != nil || got.Outcome != sdk.Succeeded || len(got.Log) != 1 {
		t.Errorf("%v %s, logged %v, %v", got.Outcome, got.Message, got.Log, err)
	}
}
