package wire

// Empty is proto.Empty.
type Empty struct{}

func (*Empty) fields() []field { return nil }

// Job is proto.Job. `interaction`, field 6, is never set and never read.
type Job struct {
	UniqueID    uint32
	Title       string
	Description string
	DependsOn   []uint32
	Args        []Argument
}

func (m *Job) fields() []field {
	return []field{
		{1, number(&m.UniqueID)},
		{2, text{&m.Title}},
		{3, text{&m.Description}},
		{4, ids{&m.DependsOn}},
		{5, repeated(&m.Args)},
	}
}

// Argument is proto.Argument.
type Argument struct {
	Description string
	Type        string
	Key         string
	Value       string
}

func (m *Argument) fields() []field {
	return []field{
		{1, text{&m.Description}},
		{2, text{&m.Type}},
		{3, text{&m.Key}},
		{4, text{&m.Value}},
	}
}

// JobResult is proto.JobResult: all default after a success.
type JobResult struct {
	UniqueID     uint32
	Failed       bool
	ExitPipeline bool
	Message      string
}

func (m *JobResult) fields() []field {
	return []field{
		{1, number(&m.UniqueID)},
		{2, truth{&m.Failed}},
		{3, truth{&m.ExitPipeline}},
		{4, text{&m.Message}},
	}
}

// HealthCheckRequest is grpc.health.v1.HealthCheckRequest.
type HealthCheckRequest struct{ Service string }

func (m *HealthCheckRequest) fields() []field { return []field{{1, text{&m.Service}}} }

// Serving is the status of a service that answers.
const Serving uint32 = 1

// HealthCheckResponse is grpc.health.v1.HealthCheckResponse.
type HealthCheckResponse struct{ Status uint32 }

func (m *HealthCheckResponse) fields() []field { return []field{{1, number(&m.Status)}} }
