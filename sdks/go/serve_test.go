package sdk

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"gaia/sdk/internal/wire"
)

// programs are those that the tests start.
var programs = map[string]Jobs{
	"good": {
		{
			Title: "Greet", Description: "Says hello", Attempts: 3, Timeout: 1500 * time.Millisecond,
			Args: Arguments{
				{Key: "name", Description: "Who is greeted", Value: "world"},
				{Key: "note", Type: TextArea}, {Key: "loud", Type: Boolean}, {Key: "times", Type: Number, Value: "2"},
				{Key: "tone", Type: Choice, Choices: []string{"calm", "wild"}, Required: true, Value: "calm"},
				{Key: "TOKEN", Type: Vault},
			},
			Run: func(ctx *Context) error {
				ctx.Infof("hello %s", ctx.Args.GetString("name"))
				ctx.SetOutput("greeting", "hello "+ctx.Args.GetString("name"))
				return nil
			},
		},
		{
			Title: "Read", DependsOn: []string{"greet"},
			Run: func(ctx *Context) error {
				var greeting string
				err := ctx.Output("Greet", "greeting", &greeting)
				ctx.SetOutput("echo", fmt.Sprint(greeting, ctx.Title, ctx.Pipeline, ctx.RunID, ctx.Attempt))
				return err
			},
		},
		{Title: "Part", OnDemand: true, Run: nothing},
		{Title: "Grow", Run: func(ctx *Context) error {
			ctx.Add(AddedJob{Job: Job{Title: "part"}, Title: "Part 1", Args: Values{"index": 1}, DependsOn: []string{"Grow"}})
			return nil
		}},
		{Title: "Fail", Run: func(*Context) error { return errors.New("it broke: ☃") }},
		{Title: "Panic", Run: func(*Context) error { panic("at the disco") }},
		{Title: "Exit", Run: func(*Context) error { return Exit("enough") }},
		{Title: "Skip", When: func(*Context) error { return Skip("not today") }, Run: nothing},
		{Title: "Wait", Run: func(ctx *Context) error { ctx.Infof("waiting"); <-ctx.Done(); return ctx.Err() }},
		{Title: "Outlive", Run: func(ctx *Context) error {
			ctx.Infof("waiting")
			<-ctx.Done()
			ctx.Warnf("stopped: %s", ctx.CancelReason())
			return nil
		}},
		{Title: "Slow", Timeout: time.Millisecond, Run: func(ctx *Context) error { <-ctx.Done(); return ctx.Err() }},
		{Title: "Stubborn", Run: func(ctx *Context) error { ctx.Warnf("waiting"); select {} }},
		{Title: "Deaf", Timeout: time.Millisecond, Run: func(*Context) error { select {} }},
		{Title: "Environment", Run: func(ctx *Context) error {
			_, found := os.LookupEnv(keyVariable)
			ctx.SetOutput("found", found)
			return nil
		}},
		{Title: "Call", Run: func(ctx *Context) error {
			run, err := ctx.RunPipeline("other", Values{"x": 1})
			ctx.SetOutput("run", fmt.Sprint(run.ID, run.Status, string(run.Outputs["answer"])))
			return err
		}},
		{Title: "Length", Run: func(ctx *Context) error {
			text := ctx.Args.GetString("text")
			ctx.SetOutput("text", text)
			ctx.Infof("%d bytes", len(text))
			return nil
		}},
		{Title: "Noise", Run: func(*Context) error {
			os.Stdout.Write([]byte{0, 0xff, 0xfe, '\n'})
			fmt.Println("on stdout")
			return nil
		}},
		{Title: "Meet", Run: meet},
		{Title: "Late", Run: func(ctx *Context) error {
			go func() { <-afterwards; ctx.Infof("too late for the stream") }()
			return nil
		}},
		{Title: "Afterwards", Run: func(*Context) error { close(afterwards); return nil }},
	},
	"twice":    {{Title: "A", Run: nothing}, {Title: "a", Run: nothing}},
	"passing":  {{Title: "A", Run: nothing}},
	"failing":  {{Title: "A", Run: func(*Context) error { return errors.New("no") }}},
	"waiting":  {{Title: "A", Run: func(ctx *Context) error { ctx.Infof("waiting"); <-ctx.Done(); return ctx.Err() }}},
	"stubborn": {{Title: "A", Run: func(ctx *Context) error { ctx.Infof("waiting"); select {} }}},
}

var afterwards = make(chan bool)

var meeting = struct {
	sync.Mutex
	here int
	all  chan bool
}{all: make(chan bool)}

// meet returns when a hundred of it run at the same time.
func meet(*Context) error {
	meeting.Lock()
	if meeting.here++; meeting.here == 100 {
		close(meeting.all)
	}
	meeting.Unlock()
	<-meeting.all
	return nil
}

func TestTheOriginalProtocolListsTheJobsOfTheGraph(t *testing.T) {
	host := open(t, "good")
	jobs := host.jobs(t)
	want := &wire.Job{
		UniqueID: idOf("Greet"), Title: "Greet", Description: "Says hello",
		Args: []wire.Argument{
			{Key: "name", Description: "Who is greeted", Type: "textfield", Value: "world"},
			{Key: "note", Type: "textarea"}, {Key: "loud", Type: "boolean"},
			{Key: "times", Type: "textfield", Value: "2"}, {Key: "tone", Type: "textfield", Value: "calm"},
			{Key: "TOKEN", Type: "vault"},
		},
	}
	if !reflect.DeepEqual(jobs[0], want) {
		t.Errorf("got %+v", jobs[0])
	}
	if !reflect.DeepEqual(jobs[1].DependsOn, []uint32{idOf("Greet")}) {
		t.Errorf("got %+v", jobs[1])
	}
	for _, job := range jobs {
		if job.Title == "Part" {
			t.Error("a job on demand is listed")
		}
	}
}

func (h *served) jobs(t *testing.T) []*wire.Job {
	t.Helper()
	stream, err := h.NewStream(context.Background(), &grpc.StreamDesc{ServerStreams: true}, "/proto.Plugin/GetJobs")
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.SendMsg(&wire.Empty{}); err != nil {
		t.Fatal(err)
	}
	stream.CloseSend()
	var jobs []*wire.Job
	for {
		job := &wire.Job{}
		if err := stream.RecvMsg(job); errors.Is(err, io.EOF) {
			return jobs
		} else if err != nil {
			t.Fatal(err)
		}
		jobs = append(jobs, job)
	}
}

func TestTheOriginalProtocolPerformsJobs(t *testing.T) {
	host := open(t, "good")
	for title, want := range map[string]wire.JobResult{
		"Greet": {},
		"Skip":  {},
		"Noise": {},
		"Fail":  {Failed: true, ExitPipeline: true, Message: "it broke: ☃"},
		"Panic": {Failed: true, ExitPipeline: true, Message: "at the disco"},
		"Slow":  {Failed: true, ExitPipeline: true, Message: "timed out after 1ms"},
		"Deaf":  {Failed: true, ExitPipeline: true, Message: "timed out after 1ms, and did not stop"},
		"Exit":  {ExitPipeline: true, Message: "enough"},
		"Grow":  {Failed: true, ExitPipeline: true, Message: `job "Part 1" is to be added: ` + errOldHost.Error()},
		"Call":  {Failed: true, ExitPipeline: true, Message: `pipeline "other" cannot be started: ` + errOldHost.Error()},
	} {
		if want.ExitPipeline {
			want.UniqueID = idOf(title)
		}
		got, err := host.execute(idOf(title))
		if err != nil || !reflect.DeepEqual(*got, want) {
			t.Errorf("%s: %+v, %v", title, got, err)
		}
	}
	host.Process.Kill()
	<-host.exited
	for _, line := range []string{"INFO hello world\n", "INFO Skip is skipped: not today\n", "ERROR panic: at the disco\n", "on stdout\n"} {
		if !strings.Contains(host.stderr.String(), line) {
			t.Errorf("%q is not in the log:\n%s", line, host.stderr)
		}
	}
	if rest := host.allOutput(t); rest != "" {
		t.Errorf("stdout has %q behind the handshake", rest)
	}
}

func TestUnknownJobsAreNotFound(t *testing.T) {
	host := open(t, "good")
	_, err := host.execute(7)
	if status.Code(err) != codes.NotFound {
		t.Error(err)
	}
	if _, err := host.perform(t, &wire.Start{Job: 7}).receive(); status.Code(err) != codes.NotFound {
		t.Error(err)
	}
}

func TestAnyNumberOfJobsRunAtTheSameTime(t *testing.T) {
	host := open(t, "good")
	results := make(chan error)
	for i := 0; i < 100; i++ {
		go func() {
			result, err := host.execute(idOf("Meet"))
			if err == nil && result.Failed {
				err = errors.New(result.Message)
			}
			results <- err
		}()
	}
	for i := 0; i < 100; i++ {
		if err := <-results; err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatJobsStartDoesNotInheritTheCertificates(t *testing.T) {
	host := open(t, "good")
	if got := host.perform(t, &wire.Start{Job: idOf("Environment")}).result(t).Outputs["found"]; string(got) != "false" {
		t.Errorf("%s is set: %s", keyVariable, got)
	}
}

func TestHealthIsTold(t *testing.T) {
	host := open(t, "good")
	for service, want := range map[string]codes.Code{"": codes.OK, "plugin": codes.OK, "other": codes.NotFound} {
		response := &wire.HealthCheckResponse{}
		err := host.Invoke(context.Background(), "/grpc.health.v1.Health/Check", &wire.HealthCheckRequest{Service: service}, response)
		if status.Code(err) != want || want == codes.OK && response.Status != wire.Serving {
			t.Errorf("%q: %v, %v", service, response, err)
		}
	}
}

func TestStrangersAreTurnedAway(t *testing.T) {
	host := open(t, "good")
	without := host.authority.security(t)
	without.Certificates = nil
	ofOthers := newAuthority(t).security(t)
	ofOthers.RootCAs = without.RootCAs
	for name, security := range map[string]*tls.Config{"no certificate": without, "one of another authority": ofOthers} {
		stranger := &served{ClientConn: dial(t, host.address, security)}
		if _, err := stranger.execute(idOf("Greet")); status.Code(err) != codes.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := host.execute(idOf("Greet")); err != nil {
		t.Errorf("the host: %v", err)
	}
}

func TestBothVersionsOfTLSAreSpoken(t *testing.T) {
	host := open(t, "good")
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		security := host.authority.security(t)
		security.MinVersion, security.MaxVersion = version, version
		other := &served{ClientConn: dial(t, host.address, security)}
		if _, err := other.execute(idOf("Greet")); err != nil {
			t.Errorf("%x: %v", version, err)
		}
	}
}

func TestMessagesMayBeLarge(t *testing.T) {
	host := open(t, "good")
	text := strings.Repeat("x", 10<<20)
	if _, err := host.execute(idOf("Length"), wire.Argument{Key: "text", Value: text}); err != nil {
		t.Fatal(err)
	}
	call := host.perform(t, &wire.Start{Job: idOf("Length"), Arguments: map[string]string{"text": text}})
	result := call.result(t)
	if result.Outcome != 0 || len(result.Outputs["text"]) != len(text)+2 {
		t.Errorf("%d, %d bytes, %s", result.Outcome, len(result.Outputs["text"]), result.Message)
	}
}

func TestASignalEndsTheProgramWhateverItsJobsDo(t *testing.T) {
	for _, title := range []string{"", "Wait", "Stubborn"} {
		host := open(t, "good")
		if title != "" {
			call := host.perform(t, &wire.Start{Job: idOf(title)})
			if message, err := call.receive(); err != nil || message.Log == nil {
				t.Fatal(message, err)
			}
		}
		host.Process.Signal(syscall.SIGTERM)
		if got := host.status(); got != 128+int(syscall.SIGTERM) {
			t.Errorf("%q: exit status %d\n%s", title, got, host.stderr)
		}
	}
}

func TestAHostThatReadsNoMoreOutputBreaksNothing(t *testing.T) {
	host := open(t, "good")
	host.stopReading()
	for _, title := range []string{"Noise", "Greet", "Noise"} {
		if _, err := host.execute(idOf(title)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAProgramThatCannotServeSaysWhy(t *testing.T) {
	for name, c := range map[string]struct {
		program     string
		environment []string
		status      int
		want        string
	}{
		"jobs that cannot be": {"twice", newAuthority(t).environment(t), 2, `error: two jobs are called "A" and "a": give each a title of its own`},
		"no key":              {"good", newAuthority(t).environment(t)[:1], 1, "error: GAIA_PLUGIN_KEY is not set"},
		"no file": {
			"good", []string{certVariable + "=/nowhere", keyVariable + "=/nowhere", caVariable + "=/nowhere"}, 1,
			"error: certificate of GAIA_PLUGIN_CERT, key of GAIA_PLUGIN_KEY: open /nowhere: no such file",
		},
		"no authority": {
			"good", append(newAuthority(t).environment(t)[:2], caVariable+"="+os.Args[0]), 1,
			"error: authority of GAIA_PLUGIN_CA_CERT: there is no certificate in ",
		},
	} {
		p := start(t, c.program, c.environment)
		output := p.allOutput(t)
		if got := p.status(); got != c.status || !strings.HasPrefix(p.stderr.String(), c.want) || output != "" {
			t.Errorf("%s: exit status %d, stdout %q, stderr %s", name, got, output, p.stderr)
		}
	}
}
