package sdk

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// problems are what is wrong with a pipeline, a line each.
type problems struct{ lines []string }

func (p *problems) add(format string, args ...any) {
	p.lines = append(p.lines, fmt.Sprintf(format, args...))
}

func (p *problems) Error() string { return strings.Join(p.lines, "\n") }

// checkTitle says what is wrong with a title.
func checkTitle(title string) error {
	switch {
	case strings.TrimSpace(title) == "":
		return errors.New("it has no title")
	case strings.IndexFunc(title, func(r rune) bool { return r < ' ' || r == 0x7f }) >= 0:
		return fmt.Errorf("its title %q has control characters", title)
	}
	return nil
}

// checkOutputName says what is wrong with the name of an output.
func checkOutputName(key string) error {
	for i, r := range key {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r == '_'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789.-", r)) {
			return fmt.Errorf("output %q: names begin with a letter or _ and go on with letters, digits, _ . -", key)
		}
	}
	if key == "" {
		return errors.New("an output has no name")
	}
	return nil
}

// checkJob looks at what a job says of itself.
func checkJob(job Job, wrong *problems) {
	switch {
	case job.Run == nil && job.Handler == nil:
		wrong.add("job %q has no function: set Run", job.Title)
	case job.Run != nil && job.Handler != nil:
		wrong.add("job %q has two functions, Run and Handler: keep one", job.Title)
	}
	if job.Attempts < 0 {
		wrong.add("job %q has %d attempts: at least 0", job.Title, job.Attempts)
	}
	if job.Timeout != 0 && job.Timeout < time.Millisecond {
		wrong.add("job %q has a timeout of %v: at least 1ms, or 0 for none", job.Title, job.Timeout)
	}
	keys := map[string]bool{}
	for i, argument := range job.Args {
		if argument.Key == "" {
			wrong.add("argument %d of job %q has no key", i+1, job.Title)
			continue
		}
		if keys[argument.Key] {
			wrong.add("job %q declares the argument %q twice", job.Title, argument.Key)
		}
		keys[argument.Key] = true
		if err := argument.check(); err != nil {
			wrong.add("job %q: %v", job.Title, err)
		}
	}
}

// check looks at a declared argument.
func (a Argument) check() error {
	if _, known := argumentTypes[a.Type]; !known {
		return fmt.Errorf("argument %q has the type %q; types are: textfield, textarea, boolean, number, choice, vault",
			a.Key, string(a.Type))
	}
	if (a.Type == Choice) != (len(a.Choices) > 0) {
		if a.Type == Choice {
			return fmt.Errorf("argument %q is a choice without Choices", a.Key)
		}
		return fmt.Errorf("argument %q has Choices and is no choice: set Type to sdk.Choice", a.Key)
	}
	if a.Value == "" {
		return nil
	}
	if a.Type == Boolean {
		_, err := parseBool(a.Value)
		return refusal(a.Key, a.Value, err)
	}
	return a.accepts(a.Value)
}

// accepts says what is wrong with a value for a declared argument. Texts of a boolean are left to the getter, since a
// program written for the published SDK may have words of its own.
func (a Argument) accepts(value string) error {
	switch {
	case value == "" && a.Required:
		return fmt.Errorf("argument %q is required", a.Key)
	case value == "":
		return nil
	case a.Type == Number:
		_, err := parseNumber(value)
		return refusal(a.Key, value, err)
	case a.Type == Choice:
		for _, choice := range a.Choices {
			if choice == value {
				return nil
			}
		}
		return fmt.Errorf("argument %q is %q; it can be: %s", a.Key, value, enumeration(a.Choices))
	}
	return nil
}

// enumeration lists names for people, and not more than they read.
func enumeration(names []string) string {
	const most = 20
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}
