package sdk

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// printer tells a local run to a person, a line at a time: `[TITLE] …`.
type printer struct {
	to io.Writer

	mu    sync.Mutex
	since map[string]time.Time
}

func newPrinter(to io.Writer) *printer { return &printer{to: to, since: map[string]time.Time{}} }

func (p *printer) started(title string, attempt, attempts int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if attempt == 1 {
		p.since[title] = time.Now()
	}
	if attempts > 1 {
		p.print(title, fmt.Sprintf("started, attempt %d of %d", attempt, attempts))
		return
	}
	p.print(title, "started")
}

func (p *printer) logged(title string, level Level, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	eachLine(text, func(line string) { p.print(title, level.String()+" "+line) })
}

func (p *printer) ended(report JobReport) {
	p.mu.Lock()
	defer p.mu.Unlock()
	keys := make([]string, 0, len(report.Outputs))
	for key := range report.Outputs {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		p.print(report.Title, fmt.Sprintf("output %s = %s", key, report.Outputs[key]))
	}
	text := report.Outcome.String()
	if since, started := p.since[report.Title]; started {
		text += fmt.Sprintf(" after %v", time.Since(since).Round(time.Millisecond))
	}
	if report.Message != "" {
		text += ": " + report.Message
	}
	p.print(report.Title, text)
}

func (p *printer) print(title, text string) { lines(p.to, "["+title+"] ", text) }

// summary counts the jobs by how they ended.
func (r Report) summary() string {
	words := []string{fmt.Sprintf("%d jobs", len(r.Jobs))}
	if len(r.Jobs) == 1 {
		words[0] = "1 job"
	}
	for outcome := Succeeded; outcome <= NotRun; outcome++ {
		if n := r.count(outcome); n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	return strings.Join(words, ", ")
}

// list prints the jobs in the order of the author.
func (c *command) list() {
	for _, job := range c.program.jobs {
		fmt.Fprintln(c.stdout, job.Title)
		table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
		for _, note := range job.notes() {
			fmt.Fprintf(table, "  %s\n", note)
		}
		for _, argument := range job.Args {
			words := []string{argument.Key, argument.typeName(), argument.notes()}
			fmt.Fprintf(table, "  --arg %s\n", strings.TrimRight(strings.Join(words, "\t"), "\t"))
		}
		table.Flush()
	}
}

// notes are what there is to say of a job besides its arguments.
func (d *declared) notes() []string {
	var notes []string
	if d.Description != "" {
		notes = append(notes, d.Description)
	}
	if len(d.after) > 0 {
		titles := namesOf(d.after, func(job *declared) string { return job.Title })
		notes = append(notes, "after: "+strings.Join(titles, ", "))
	}
	if d.OnDemand {
		notes = append(notes, "on demand")
	}
	if d.Attempts > 1 {
		notes = append(notes, fmt.Sprintf("attempts: %d", d.Attempts))
	}
	if d.Timeout > 0 {
		notes = append(notes, fmt.Sprintf("timeout: %v", d.Timeout))
	}
	return notes
}

// typeName is the type as it is called in Gaia.
func (a Argument) typeName() string {
	if a.holdsText() && a.Type != TextArea {
		return "text"
	}
	return string(a.Type)
}

func (a Argument) notes() string {
	var notes []string
	if a.Description != "" {
		notes = append(notes, a.Description)
	}
	if len(a.Choices) > 0 {
		notes = append(notes, "one of "+strings.Join(a.Choices, ", "))
	}
	if a.Value != "" {
		notes = append(notes, "default "+a.Value)
	}
	if a.Required {
		notes = append(notes, "required")
	}
	return strings.Join(notes, "; ")
}
