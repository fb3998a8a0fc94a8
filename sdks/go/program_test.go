package sdk

import (
	"strings"
	"testing"
	"time"
)

func nothing(*Context) error { return nil }

func TestWhatIsWrongWithJobsIsSaidInWords(t *testing.T) {
	argument := func(a Argument) Jobs { return Jobs{{Title: "A", Run: nothing, Args: Arguments{a}}} }
	for name, c := range map[string]struct {
		jobs Jobs
		want string
	}{
		"no jobs":            {Jobs{}, `the pipeline has no jobs`},
		"no title":           {Jobs{{Title: " ", Run: nothing}}, `job 1: it has no title`},
		"control characters": {Jobs{{Title: "a\nb", Run: nothing}}, `job 1: its title "a\nb" has control characters`},
		"no function":        {Jobs{{Title: "A"}}, `job "A" has no function: set Run`},
		"two functions": {
			Jobs{{Title: "A", Run: nothing, Handler: func(Arguments) error { return nil }}},
			`job "A" has two functions, Run and Handler: keep one`,
		},
		"a title twice": {
			Jobs{{Title: "Größe", Run: nothing}, {Title: "GRÖSSE", Run: nothing}, {Title: "GRÖßE", Run: nothing}},
			`two jobs are called "Größe" and "GRÖßE": give each a title of its own`,
		},
		// These two have the same hash.
		"an id twice": {
			Jobs{{Title: "costarring", Run: nothing}, {Title: "liquid", Run: nothing}},
			`jobs "costarring" and "liquid" would have the same id: change one of the titles`,
		},
		"unknown dependency": {
			Jobs{{Title: "A", Run: nothing, DependsOn: []string{"C"}}, {Title: "B", Run: nothing}},
			`job "A" depends on "C", which is no job of the pipeline; there are: A, B`,
		},
		"on demand dependency": {
			Jobs{{Title: "A", Run: nothing, DependsOn: []string{"b"}}, {Title: "B", Run: nothing, OnDemand: true}},
			`job "A" depends on "B", which is on demand and so not there until it is added`,
		},
		"dependency on demand": {
			Jobs{{Title: "A", Run: nothing}, {Title: "B", Run: nothing, OnDemand: true, DependsOn: []string{"A"}}},
			`job "B" is on demand: what it depends on is said when it is added`,
		},
		"all on demand": {
			Jobs{{Title: "A", Run: nothing, OnDemand: true}}, `all jobs are on demand: there is none to begin with`,
		},
		"itself": {
			Jobs{{Title: "A", Run: nothing, DependsOn: []string{"a"}}}, `jobs wait for each other: A → A`,
		},
		"circle": {
			Jobs{
				{Title: "A", Run: nothing, DependsOn: []string{"B"}},
				{Title: "B", Run: nothing, After: Jobs{{Title: "C"}}},
				{Title: "C", Run: nothing, DependsOn: []string{"D"}},
				{Title: "D", Run: nothing, DependsOn: []string{"B"}},
			},
			`jobs wait for each other: B → C → D → B`,
		},
		"attempts":       {Jobs{{Title: "A", Run: nothing, Attempts: -1}}, `job "A" has -1 attempts: at least 0`},
		"timeout":        {Jobs{{Title: "A", Run: nothing, Timeout: time.Microsecond}}, `job "A" has a timeout of 1µs: at least 1ms, or 0 for none`},
		"no key":         {argument(Argument{}), `argument 1 of job "A" has no key`},
		"unknown type":   {argument(Argument{Key: "k", Type: "date"}), `job "A": argument "k" has the type "date"; types are: textfield, textarea, boolean, number, choice, vault`},
		"no choices":     {argument(Argument{Key: "k", Type: Choice}), `job "A": argument "k" is a choice without Choices`},
		"choices":        {argument(Argument{Key: "k", Choices: []string{"a"}}), `job "A": argument "k" has Choices and is no choice: set Type to sdk.Choice`},
		"bad choice":     {argument(Argument{Key: "k", Type: Choice, Choices: []string{"a", "b"}, Value: "c"}), `job "A": argument "k" is "c"; it can be: a, b`},
		"bad number":     {argument(Argument{Key: "k", Type: Number, Value: "x"}), `job "A": argument "k" is "x", which is no number`},
		"bad truth":      {argument(Argument{Key: "k", Type: Boolean, Value: "x"}), `job "A": argument "k" is "x", which is neither true nor false`},
		"argument twice": {Jobs{{Title: "A", Run: nothing, Args: Arguments{{Key: "k"}, {Key: "k"}}}}, `job "A" declares the argument "k" twice`},
		"two problems": {
			Jobs{{Title: "A"}, {Title: "B", Run: nothing, DependsOn: []string{"C"}}},
			"job \"A\" has no function: set Run\n" + `job "B" depends on "C", which is no job of the pipeline; there are: A, B`,
		},
	} {
		if _, err := newProgram(c.jobs); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v\nwant %s", name, err, c.want)
		}
	}
}

func TestDependenciesAreFoundByReferenceAndByTitleInAnyCase(t *testing.T) {
	build := Job{Title: "Build Größe", Run: nothing}
	p, err := newProgram(Jobs{
		{Title: "Test", Run: nothing, After: Jobs{build}, DependsOn: []string{"BUILD GRÖßE", "lint"}},
		{Title: "Lint", Run: nothing},
		build,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := namesOf(p.jobs[0].after, func(job *declared) string { return job.Title })
	if strings.Join(got, ",") != "Build Größe,Lint" {
		t.Errorf("depends on %v", got)
	}
}

// The ids are those of the published SDK.
func TestIDsAreHashesOfTitles(t *testing.T) {
	for title, want := range map[string]uint32{
		"Create DB User": 1904494256, "Größe ☃": 1986133717, "Clean up": 561334391,
	} {
		if got := idOf(title); got != want {
			t.Errorf("%q has the id %d, want %d", title, got, want)
		}
	}
}

func TestALongChainIsNoCircle(t *testing.T) {
	jobs := Jobs{{Title: "0", Run: nothing}}
	for i := 1; i < 10_000; i++ {
		jobs = append(jobs, Job{Title: strings.Repeat("x", i%7) + time.Duration(i).String(), Run: nothing, After: jobs[i-1 : i]})
	}
	if _, err := newProgram(jobs); err != nil && strings.Contains(err.Error(), "wait for each other") {
		t.Error(err)
	}
}
