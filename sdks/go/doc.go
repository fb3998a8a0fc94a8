// Package sdk makes a Go program a pipeline of Gaia: its functions are the jobs.
//
//	var build = sdk.Job{
//		Title: "Build",
//		Args:  sdk.Arguments{{Key: "target", Description: "What is built", Value: "./..."}},
//		Run: func(ctx *sdk.Context) error {
//			return exec.CommandContext(ctx, "go", "build", ctx.Args.GetString("target")).Run()
//		},
//	}
//
//	var test = sdk.Job{Title: "Test", After: sdk.Jobs{build}, Run: runTests}
//
//	func main() { sdk.Serve(sdk.Jobs{build, test}) }
//
// Started by Gaia, the program serves its jobs. Started by hand, it runs them:
//
//	./pipeline run --arg target=./cmd/...
//
// [Local] does the same within a test. Programs written for the published SDK (sdk.Jobs, Handler, sdk.Arguments) work
// when their import is changed to this package.
package sdk

// Version of this SDK.
const Version = "0.1.0"
