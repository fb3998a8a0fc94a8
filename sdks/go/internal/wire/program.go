package wire

// DescribeRequest is gaia.program.v1.DescribeRequest.
type DescribeRequest struct{}

func (*DescribeRequest) fields() []field { return nil }

// Description is gaia.program.v1.Description.
type Description struct {
	SDK         string
	MaxParallel uint32
	Jobs        []JobDescription
}

func (m *Description) fields() []field {
	return []field{
		{1, text{&m.SDK}},
		{2, number(&m.MaxParallel)},
		{3, repeated(&m.Jobs)},
	}
}

// JobDescription is gaia.program.v1.JobDescription.
type JobDescription struct {
	ID          uint32
	Title       string
	Description string
	DependsOn   []uint32
	Arguments   []ArgumentDescription
	OnDemand    bool
	Attempts    uint32
	TimeoutMs   uint64
}

func (m *JobDescription) fields() []field {
	return []field{
		{1, number(&m.ID)},
		{2, text{&m.Title}},
		{3, text{&m.Description}},
		{4, ids{&m.DependsOn}},
		{5, repeated(&m.Arguments)},
		{6, truth{&m.OnDemand}},
		{7, number(&m.Attempts)},
		{8, number(&m.TimeoutMs)},
	}
}

// ArgumentType is gaia.program.v1.ArgumentDescription.Type.
type ArgumentType int32

// The types of arguments.
const (
	TypeText ArgumentType = iota
	TypeTextArea
	TypeBoolean
	TypeNumber
	TypeChoice
	TypeVault
)

// ArgumentDescription is gaia.program.v1.ArgumentDescription.
type ArgumentDescription struct {
	Key          string
	Description  string
	Type         ArgumentType
	DefaultValue string
	Choices      []string
	Required     bool
}

func (m *ArgumentDescription) fields() []field {
	return []field{
		{1, text{&m.Key}},
		{2, text{&m.Description}},
		{3, number(&m.Type)},
		{4, text{&m.DefaultValue}},
		{5, texts{&m.Choices}},
		{6, truth{&m.Required}},
	}
}

// HostMessage is gaia.program.v1.HostMessage: one of its fields is set.
type HostMessage struct {
	Start  *Start
	Cancel *Cancel
	Answer *Answer
}

func (m *HostMessage) fields() []field {
	return []field{
		{1, oneOf(&m.Start)},
		{2, oneOf(&m.Cancel)},
		{3, oneOf(&m.Answer)},
	}
}

// Start is gaia.program.v1.Start.
type Start struct {
	Job       uint32
	Title     string
	Arguments map[string]string
	Outputs   map[string]Outputs
	Run       string
	Pipeline  string
	Attempt   uint32
}

func (m *Start) fields() []field {
	return []field{
		{1, number(&m.Job)},
		{2, text{&m.Title}},
		{3, textMap(&m.Arguments)},
		{4, messageMap(&m.Outputs)},
		{5, text{&m.Run}},
		{6, text{&m.Pipeline}},
		{7, number(&m.Attempt)},
	}
}

// Outputs is gaia.program.v1.Outputs: each value as JSON.
type Outputs struct{ Values map[string]string }

func (m *Outputs) fields() []field { return []field{{1, textMap(&m.Values)}} }

// Cancel is gaia.program.v1.Cancel.
type Cancel struct {
	Reason  string
	GraceMs uint64
}

func (m *Cancel) fields() []field {
	return []field{
		{1, text{&m.Reason}},
		{2, number(&m.GraceMs)},
	}
}

// JobMessage is gaia.program.v1.JobMessage: one of its fields is set.
type JobMessage struct {
	Log     *Log
	Request *Request
	Result  *Result
}

func (m *JobMessage) fields() []field {
	return []field{
		{1, oneOf(&m.Log)},
		{2, oneOf(&m.Request)},
		{3, oneOf(&m.Result)},
	}
}

// Log is gaia.program.v1.Log.
type Log struct {
	Level int32
	Text  string
}

func (m *Log) fields() []field {
	return []field{
		{1, number(&m.Level)},
		{2, text{&m.Text}},
	}
}

// Request is gaia.program.v1.Request: with either of the last two.
type Request struct {
	ID       uint64
	StartRun *StartRun
	AwaitRun *AwaitRun
}

func (m *Request) fields() []field {
	return []field{
		{1, number(&m.ID)},
		{2, oneOf(&m.StartRun)},
		{3, oneOf(&m.AwaitRun)},
	}
}

// StartRun is gaia.program.v1.StartRun.
type StartRun struct {
	Pipeline  string
	Arguments map[string]string
}

func (m *StartRun) fields() []field {
	return []field{
		{1, text{&m.Pipeline}},
		{2, textMap(&m.Arguments)},
	}
}

// AwaitRun is gaia.program.v1.AwaitRun.
type AwaitRun struct{ Run string }

func (m *AwaitRun) fields() []field { return []field{{1, text{&m.Run}}} }

// Answer is gaia.program.v1.Answer.
type Answer struct {
	Request uint64
	Error   string
	Run     *Run
}

func (m *Answer) fields() []field {
	return []field{
		{1, number(&m.Request)},
		{2, text{&m.Error}},
		{3, oneOf(&m.Run)},
	}
}

// Run is gaia.program.v1.Run.
type Run struct {
	ID      string
	Status  string
	Outputs map[string]string
}

func (m *Run) fields() []field {
	return []field{
		{1, text{&m.ID}},
		{2, text{&m.Status}},
		{3, textMap(&m.Outputs)},
	}
}

// Result is gaia.program.v1.Result.
type Result struct {
	Outcome int32
	Message string
	Outputs map[string]string
	Jobs    []AddedJob
}

func (m *Result) fields() []field {
	return []field{
		{1, number(&m.Outcome)},
		{2, text{&m.Message}},
		{3, textMap(&m.Outputs)},
		{4, repeated(&m.Jobs)},
	}
}

// AddedJob is gaia.program.v1.AddedJob.
type AddedJob struct {
	Title     string
	Job       uint32
	Arguments map[string]string
	DependsOn []string
}

func (m *AddedJob) fields() []field {
	return []field{
		{1, text{&m.Title}},
		{2, number(&m.Job)},
		{3, textMap(&m.Arguments)},
		{4, texts{&m.DependsOn}},
	}
}
