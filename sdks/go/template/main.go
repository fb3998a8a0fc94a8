// A pipeline of Gaia: its functions are the jobs.
package main

import (
	"fmt"
	"io/fs"
	"path/filepath"

	"gaia/sdk"
)

var measure = sdk.Job{
	Title:       "Measure",
	Description: "Adds up the files of a folder",
	Args:        sdk.Arguments{{Key: "folder", Description: "Which folder", Value: "."}},
	Run:         measureFolder,
}

var report = sdk.Job{
	Title:       "Report",
	Description: "Says how large the folder is",
	After:       sdk.Jobs{measure},
	Run:         reportSize,
}

var warn = sdk.Job{
	Title:       "Warn",
	Description: "Warns of a folder that is too large",
	After:       sdk.Jobs{measure},
	Args:        sdk.Arguments{{Key: "limit_mb", Description: "How large it may be, in MB", Type: sdk.Number, Value: "100"}},
	When:        folderIsTooLarge,
	Run:         warnOfSize,
}

var jobs = sdk.Jobs{measure, report, warn}

func main() { sdk.Serve(jobs) }

func measureFolder(ctx *sdk.Context) error {
	var files, bytes int64
	folder := ctx.Args.GetString("folder")
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err() // The job was told to stop.
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		files++
		bytes += info.Size()
		return nil
	})
	if err != nil {
		return fmt.Errorf("measure %s: %w", folder, err)
	}
	ctx.Infof("%d files in %s", files, folder)
	ctx.SetOutput("files", files)
	ctx.SetOutput("megabytes", float64(bytes)/1e6)
	return nil
}

func reportSize(ctx *sdk.Context) error {
	megabytes, err := measured(ctx)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("The folder has %.1f MB.", megabytes)
	ctx.Infof("%s", summary)
	ctx.SetOutput("summary", summary)
	return nil
}

// folderIsTooLarge is asked before Warn is performed.
func folderIsTooLarge(ctx *sdk.Context) error {
	limit, err := ctx.Args.GetFloat("limit_mb")
	if err != nil {
		return err
	}
	megabytes, err := measured(ctx)
	if err != nil {
		return err
	}
	if megabytes <= limit {
		return sdk.Skip(fmt.Sprintf("%.1f MB are not more than %.1f", megabytes, limit))
	}
	return nil
}

func warnOfSize(ctx *sdk.Context) error {
	ctx.Warnf("The folder is larger than %s MB.", ctx.Args.GetString("limit_mb"))
	return nil
}

// measured is what Measure handed on.
func measured(ctx *sdk.Context) (float64, error) {
	var megabytes float64
	err := ctx.Output(measure.Title, "megabytes", &megabytes)
	return megabytes, err
}
