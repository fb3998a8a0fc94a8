package sdk

import "gaia/sdk/internal/wire"

// argumentTypes are the types in Gaia's own protocol.
var argumentTypes = map[InputType]wire.ArgumentType{
	"":       wire.TypeText,
	Text:     wire.TypeText,
	TextArea: wire.TypeTextArea,
	Boolean:  wire.TypeBoolean,
	Number:   wire.TypeNumber,
	Choice:   wire.TypeChoice,
	Vault:    wire.TypeVault,
}

// pluginType is a type in the original protocol, which knows four.
func pluginType(t InputType) string {
	switch t {
	case TextArea, Boolean, Vault:
		return string(t)
	}
	return string(Text)
}

// pluginJob is a job in the original protocol.
func pluginJob(job *declared) *wire.Job {
	message := &wire.Job{
		UniqueID: job.id, Title: job.Title, Description: job.Description, DependsOn: idsOf(job.after),
	}
	for _, argument := range job.Args {
		message.Args = append(message.Args, wire.Argument{
			Key: argument.Key, Description: argument.Description, Type: pluginType(argument.Type), Value: argument.Value,
		})
	}
	return message
}

// describe is the program in Gaia's own protocol.
func (p *program) describe() *wire.Description {
	message := &wire.Description{SDK: "gaia-go/" + Version}
	for _, job := range p.jobs {
		one := wire.JobDescription{
			ID: job.id, Title: job.Title, Description: job.Description, DependsOn: idsOf(job.after),
			OnDemand: job.OnDemand, Attempts: uint32(job.Attempts), TimeoutMs: uint64(job.Timeout.Milliseconds()),
		}
		for _, argument := range job.Args {
			one.Arguments = append(one.Arguments, wire.ArgumentDescription{
				Key: argument.Key, Description: argument.Description, Type: argumentTypes[argument.Type],
				DefaultValue: argument.Value, Choices: argument.Choices, Required: argument.Required,
			})
		}
		message.Jobs = append(message.Jobs, one)
	}
	return message
}

func idsOf(jobs []*declared) []uint32 {
	ids := make([]uint32, 0, len(jobs))
	for _, job := range jobs {
		ids = append(ids, job.id)
	}
	return ids
}
