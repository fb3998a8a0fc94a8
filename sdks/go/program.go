package sdk

import (
	"hash/fnv"
	"strings"
)

// program is a pipeline that was found valid.
type program struct {
	// In the order of the author.
	jobs    []*declared
	byTitle map[string]*declared
	byID    map[uint32]*declared
}

// declared is a job with its dependencies resolved.
type declared struct {
	Job
	id    uint32
	after []*declared
}

// newProgram resolves the jobs. Its error names everything that is wrong with them, a line each.
func newProgram(jobs Jobs) (*program, error) {
	p := &program{byTitle: map[string]*declared{}, byID: map[uint32]*declared{}}
	wrong := &problems{}
	if len(jobs) == 0 {
		wrong.add("the pipeline has no jobs")
	}
	for i, job := range jobs {
		p.declare(i, job, wrong)
	}
	onDemand := 0
	for _, job := range p.jobs {
		p.resolve(job, wrong)
		if job.OnDemand {
			onDemand++
		}
	}
	if onDemand > 0 && onDemand == len(jobs) {
		wrong.add("all jobs are on demand: there is none to begin with")
	}
	if path := circleAmong(p.jobs, func(job *declared) []*declared { return job.after }); path != nil {
		titles := namesOf(path, func(job *declared) string { return job.Title })
		wrong.add("jobs wait for each other: %s", strings.Join(titles, " → "))
	}
	if len(wrong.lines) > 0 {
		return nil, wrong
	}
	return p, nil
}

func (p *program) declare(index int, job Job, wrong *problems) {
	if err := checkTitle(job.Title); err != nil {
		wrong.add("job %d: %v", index+1, err)
		return
	}
	one := &declared{Job: job, id: idOf(job.Title)}
	if other, taken := p.byTitle[folded(job.Title)]; taken {
		wrong.add("two jobs are called %q and %q: give each a title of its own", other.Title, job.Title)
		return
	}
	if other, taken := p.byID[one.id]; taken {
		wrong.add("jobs %q and %q would have the same id: change one of the titles", other.Title, job.Title)
		return
	}
	checkJob(job, wrong)
	p.jobs = append(p.jobs, one)
	p.byTitle[folded(job.Title)] = one
	p.byID[one.id] = one
}

// resolve finds the jobs that one depends on, each once.
func (p *program) resolve(job *declared, wrong *problems) {
	seen := map[*declared]bool{}
	for _, title := range job.dependencies() {
		other := p.byTitle[folded(title)]
		switch {
		case other == nil:
			wrong.add("job %q depends on %q, which is no job of the pipeline; there are: %s",
				job.Title, title, p.titles())
		case other.OnDemand:
			wrong.add("job %q depends on %q, which is on demand and so not there until it is added",
				job.Title, other.Title)
		case !seen[other]:
			seen[other] = true
			job.after = append(job.after, other)
		}
	}
	if job.OnDemand && len(job.dependencies()) > 0 {
		wrong.add("job %q is on demand: what it depends on is said when it is added", job.Title)
	}
}

func (p *program) find(title string) *declared { return p.byTitle[folded(title)] }

// titles are the first of them, for people.
func (p *program) titles() string {
	return enumeration(namesOf(p.jobs, func(job *declared) string { return job.Title }))
}

// idOf is FNV-1a of the title, as in the published SDK.
func idOf(title string) uint32 {
	hash := fnv.New32a()
	hash.Write([]byte(title))
	return hash.Sum32()
}

// folded is the form in which titles are compared.
func folded(title string) string { return strings.ToLower(title) }
