// Three empty jobs, one behind the other.
package main

import "gaia/sdk"

func nothing(*sdk.Context) error { return nil }

var (
	one   = sdk.Job{Title: "One", Run: nothing}
	two   = sdk.Job{Title: "Two", After: sdk.Jobs{one}, Run: nothing}
	three = sdk.Job{Title: "Three", After: sdk.Jobs{two}, Run: nothing}
)

func main() { sdk.Serve(sdk.Jobs{one, two, three}) }
