// A pipeline on the Go SDK as it is published.
package main

import (
	"errors"
	"log"
	"os"

	sdk "github.com/gaia-pipeline/gosdk"
)

var count int

func main() {
	jobs := sdk.Jobs{
		sdk.Job{
			Title:       "Count",
			Description: "says how often it ran",
			Handler: func(args sdk.Arguments) error {
				count++
				for _, arg := range args {
					log.Printf("count %d %s=%s", count, arg.Key, arg.Value)
				}
				return nil
			},
			Args: sdk.Arguments{
				sdk.Argument{Type: sdk.TextFieldInp, Key: "name", Description: "whom to greet", Value: "Größe ☃"},
			},
		},
		sdk.Job{Title: "Fail", DependsOn: []string{"count"}, Handler: func(sdk.Arguments) error {
			return errors.New("it broke")
		}},
		sdk.Job{Title: "Exit", DependsOn: []string{"count"}, Handler: func(sdk.Arguments) error {
			return sdk.ErrorExitPipeline
		}},
		sdk.Job{Title: "Crash", Handler: func(sdk.Arguments) error {
			os.Exit(4)
			return nil
		}},
	}
	if err := sdk.Serve(jobs); err != nil {
		log.Fatal(err)
	}
}
