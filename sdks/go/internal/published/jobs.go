// Package published is a pipeline as it is written for the published SDK, but for its import, around the functions that
// Gaia's handbook prints. The tests run it.
package published

import "gaia/sdk"

// BuildApplication is printed in the handbook, like the two below it.
func BuildApplication(args sdk.Arguments) error {
	// Build logic with proper error handling
	return buildService(args.GetString("service"))
}

func TestApplication(args sdk.Arguments) error {
	// Testing logic with dependency checks
	return runTests(args.GetString("testSuite"))
}

func DeployApplication(args sdk.Arguments) error {
	// Deployment with rollback capability
	return deployToEnvironment(args.GetString("environment"))
}

// Called are the values that the functions were called with.
var Called []string

func buildService(service string) error { return call(service) }

func runTests(suite string) error { return call(suite) }

func deployToEnvironment(environment string) error {
	if err := call(environment); err != nil {
		return err
	}
	return sdk.ErrorExitPipeline
}

func call(value string) error {
	Called = append(Called, value)
	return nil
}

// Jobs are the pipeline.
var Jobs = sdk.Jobs{
	sdk.Job{
		Title:       "Build",
		Description: "builds",
		Handler:     BuildApplication,
		Args: sdk.Arguments{
			sdk.Argument{Type: sdk.TextFieldInp, Key: "service", Description: "which", Value: "api"},
			sdk.Argument{Type: sdk.TextAreaInp, Key: "notes"},
			sdk.Argument{Type: sdk.BoolInp, Key: "fast"},
			sdk.Argument{Type: sdk.VaultInp, Key: "TOKEN"},
		},
		Interaction: &sdk.ManualInteraction{Description: "Go on?", Type: sdk.BoolInp, Value: "true"},
	},
	sdk.Job{
		Title:     "Test",
		Handler:   TestApplication,
		DependsOn: []string{"build"},
		Args:      sdk.Arguments{sdk.Argument{Key: "testSuite", Value: "all"}},
	},
	sdk.Job{
		Title:     "Deploy",
		Handler:   DeployApplication,
		DependsOn: []string{"TEST"},
		Args:      sdk.Arguments{sdk.Argument{Key: "environment", Value: "staging"}},
	},
}
