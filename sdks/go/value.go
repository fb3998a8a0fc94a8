package sdk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Values are arguments for another job or pipeline, by key. A string is passed on as it is, anything else as JSON:
// 3 as "3", true as "true".
type Values map[string]any

func (v Values) texts() (map[string]string, error) {
	texts := make(map[string]string, len(v))
	for key, value := range v {
		if text, ok := value.(string); ok {
			texts[key] = text
			continue
		}
		data, err := toJSON(value)
		if err != nil {
			return nil, fmt.Errorf("argument %q cannot be passed on: %w", key, err)
		}
		texts[key] = string(data)
	}
	return texts, nil
}

// Outputs are the outputs of a job or of a run, each as JSON.
type Outputs map[string]json.RawMessage

// ErrNoOutput is the error of an output that is not there.
var ErrNoOutput = errors.New("there is no such output")

// Get reads an output into what into points to, as [json.Unmarshal] does.
func (o Outputs) Get(key string, into any) error {
	data, ok := o[key]
	if !ok {
		return fmt.Errorf("output %q: %w", key, ErrNoOutput)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("output %q is %s: %w", key, abridged(string(data), 100), err)
	}
	return nil
}

func (o Outputs) texts() map[string]string {
	texts := make(map[string]string, len(o))
	for key, value := range o {
		texts[key] = string(value)
	}
	return texts
}

func outputsFrom(texts map[string]string) Outputs {
	outputs := make(Outputs, len(texts))
	for key, text := range texts {
		outputs[key] = json.RawMessage(text)
	}
	return outputs
}

func (v Values) outputs() (Outputs, error) {
	outputs := make(Outputs, len(v))
	for key, value := range v {
		data, err := outputFrom(key, value)
		if err != nil {
			return nil, err
		}
		outputs[key] = data
	}
	return outputs, nil
}

// outputFrom checks and writes one output.
func outputFrom(key string, value any) (json.RawMessage, error) {
	if err := checkOutputName(key); err != nil {
		return nil, err
	}
	data, err := toJSON(value)
	if err != nil {
		return nil, fmt.Errorf("output %q cannot be kept: %w", key, err)
	}
	return data, nil
}

// toJSON is [json.Marshal] without its care for HTML, which people would see in logs.
func toJSON(value any) (json.RawMessage, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// abridged cuts a text to so many bytes, and between letters.
func abridged(text string, bytes int) string {
	if len(text) <= bytes {
		return text
	}
	return strings.ToValidUTF8(text[:bytes], "")
}
