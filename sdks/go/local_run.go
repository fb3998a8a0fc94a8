package sdk

import (
	"context"
	"fmt"
	"strings"
)

// localRun is a run of a pipeline in this process. Its nodes belong to the goroutine that called toEnd; that of a job
// touches its own node alone, until it hands it back.
type localRun struct {
	Local
	ctx       context.Context
	program   *program
	arguments map[string]string
	stands    map[string]Outputs

	nodes   []*node
	byTitle map[string]*node
	ready   []*node
	ended   chan *node
	// over is why nothing is started any more.
	over string
}

// node is a job of the run.
type node struct {
	job       *declared
	arguments map[string]string
	after     []*node
	report    JobReport

	// blockers counts those of after that have not ended.
	blockers   int
	dependants []*node
	done       bool
	// broken is the title of one of after that did not succeed.
	broken string
}

func (l Local) newRun(ctx context.Context, p *program) (*localRun, error) {
	arguments, err := l.Arguments.texts()
	if err != nil {
		return nil, err
	}
	r := &localRun{
		Local: l, ctx: ctx, program: p, arguments: arguments, stands: map[string]Outputs{},
		byTitle: map[string]*node{}, ended: make(chan *node),
	}
	for title, values := range l.Outputs {
		outputs, err := values.outputs()
		if err != nil {
			return nil, fmt.Errorf("job %q: %w", title, err)
		}
		r.stands[folded(title)] = outputs
	}
	return r, nil
}

// checkArguments finds arguments that no job would get.
func (r *localRun) checkArguments() error {
	known := map[string]bool{}
	var names []string
	for _, job := range r.program.jobs {
		for _, argument := range job.Args {
			if !known[argument.Key] {
				known[argument.Key] = true
				names = append(names, argument.Key)
			}
		}
	}
	for key := range r.arguments {
		if !known[key] {
			return fmt.Errorf("no job has an argument %q; there are: %s", key, enumeration(names))
		}
	}
	return nil
}

// choose makes nodes of the jobs of these titles and of what they depend on, or of all that are not on demand.
func (r *localRun) choose(titles []string) error {
	wanted := map[*declared]bool{}
	var want func(job *declared)
	want = func(job *declared) {
		if wanted[job] {
			return
		}
		wanted[job] = true
		if _, stands := r.stands[folded(job.Title)]; !stands {
			for _, other := range job.after {
				want(other)
			}
		}
	}
	for _, title := range titles {
		job := r.program.find(title)
		if job == nil {
			return r.program.unknown(title)
		}
		want(job)
	}
	for _, job := range r.program.jobs {
		if wanted[job] || len(titles) == 0 && !job.OnDemand {
			r.place(job.Title, r.node(job))
		}
	}
	for _, one := range r.nodes {
		if !one.done {
			for _, other := range one.job.after {
				one.waitFor(r.byTitle[folded(other.Title)])
			}
		}
	}
	for _, one := range r.nodes {
		r.readyIfFree(one)
	}
	return nil
}

func (r *localRun) node(job *declared) *node {
	if _, stands := r.stands[folded(job.Title)]; stands {
		return r.stand(job.Title)
	}
	one := &node{job: job, arguments: map[string]string{}}
	for _, argument := range job.Args {
		if text, given := r.arguments[argument.Key]; given {
			one.arguments[argument.Key] = text
		}
	}
	return one
}

// stand is a node that has succeeded without being performed.
func (r *localRun) stand(title string) *node {
	return &node{done: true, report: JobReport{Title: title, Outputs: r.stands[folded(title)]}}
}

func (r *localRun) place(title string, one *node) {
	one.report.Title = title
	r.nodes = append(r.nodes, one)
	r.byTitle[folded(title)] = one
}

func (n *node) waitFor(other *node) {
	n.after = append(n.after, other)
	if other.done {
		n.noteEnd(other)
		return
	}
	n.blockers++
	other.dependants = append(other.dependants, n)
}

func (n *node) noteEnd(other *node) {
	if outcome := other.report.Outcome; outcome != Succeeded && outcome != Skipped {
		n.broken = other.report.Title
	}
}

func (r *localRun) readyIfFree(one *node) {
	if !one.done && one.blockers == 0 {
		r.ready = append(r.ready, one)
	}
}

// toEnd performs what is ready until nothing is left.
func (r *localRun) toEnd() {
	for running := 0; ; running-- {
		for len(r.ready) > 0 {
			one := r.ready[0]
			r.ready = r.ready[1:]
			if reason := r.obstacle(one); reason != "" {
				one.report.Outcome, one.report.Message = NotRun, reason
				r.settle(one)
				continue
			}
			running++
			go func() {
				r.perform(one)
				r.ended <- one
			}()
		}
		if running == 0 {
			return
		}
		r.settle(<-r.ended)
	}
}

// obstacle is why a job whose turn it is will not be started.
func (r *localRun) obstacle(one *node) string {
	switch {
	case one.broken != "":
		return fmt.Sprintf("%q did not succeed", one.broken)
	case r.over != "":
		return r.over
	case r.ctx.Err() != nil:
		return "the run was cancelled"
	}
	return ""
}

// settle draws the consequences of a job's end.
func (r *localRun) settle(one *node) {
	if err := r.grow(one); err != nil {
		one.report.Outcome, one.report.Message = Failed, err.Error()
		one.report.Outputs, one.report.Added = nil, nil
	}
	one.done = true
	if one.report.Outcome == Exited {
		r.over = fmt.Sprintf("%q ended the pipeline", one.report.Title)
	}
	if r.observer != nil {
		r.observer.ended(one.report)
	}
	for _, other := range one.dependants {
		other.blockers--
		other.noteEnd(one)
		r.readyIfFree(other)
	}
}

// grow makes the jobs that one added part of the run, all or none.
func (r *localRun) grow(one *node) error {
	added := one.report.Added
	byTitle := map[string]*node{}
	for _, job := range added {
		if r.byTitle[folded(job.Title)] != nil {
			return fmt.Errorf("job %q cannot be added: the run has a job of this title", job.Title)
		}
		arguments, err := job.Args.texts()
		if err != nil {
			return err
		}
		byTitle[folded(job.Title)] = &node{
			job: r.program.find(job.Job.Title), arguments: arguments, report: JobReport{Title: job.Title},
		}
	}
	if err := r.connect(one, added, byTitle); err != nil {
		return err
	}
	for _, job := range added {
		r.place(job.Title, byTitle[folded(job.Title)])
	}
	for _, job := range added {
		r.readyIfFree(byTitle[folded(job.Title)])
	}
	return nil
}

// connect resolves the dependencies of added jobs.
func (r *localRun) connect(adder *node, added []AddedJob, byTitle map[string]*node) error {
	edges := map[*node][]*node{}
	for _, job := range added {
		one := byTitle[folded(job.Title)]
		for _, title := range job.DependsOn {
			other := byTitle[folded(title)]
			if other == nil {
				other = r.byTitle[folded(title)]
			}
			if other == nil {
				return fmt.Errorf("job %q cannot be added: it depends on %q, which is no job of the run", job.Title, title)
			}
			edges[one] = append(edges[one], other)
		}
	}
	nodes := make([]*node, 0, len(byTitle))
	for _, one := range byTitle {
		nodes = append(nodes, one)
	}
	if path := circleAmong(nodes, func(one *node) []*node { return edges[one] }); path != nil {
		titles := namesOf(path, func(one *node) string { return one.report.Title })
		return fmt.Errorf("jobs cannot be added: they wait for each other: %s", strings.Join(titles, " → "))
	}
	// Its dependants see it as ended.
	adder.done = true
	for one, others := range edges {
		for _, other := range others {
			one.waitFor(other)
		}
	}
	return nil
}

func (r *localRun) report() Report {
	report := Report{}
	for _, one := range r.nodes {
		report.Jobs = append(report.Jobs, one.report)
	}
	return report
}
