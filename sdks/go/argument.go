package sdk

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// InputType is what an argument holds, and so which field a form shows for it.
type InputType string

// The types of arguments. An empty one is Text.
const (
	Text     InputType = "textfield"
	TextArea InputType = "textarea"
	Boolean  InputType = "boolean"
	Number   InputType = "number"
	Choice   InputType = "choice"
	// Vault is a secret: the key is its name.
	Vault InputType = "vault"
)

// The names of the published SDK.
const (
	TextFieldInp = Text
	TextAreaInp  = TextArea
	BoolInp      = Boolean
	VaultInp     = Vault
)

// String returns the name of the type.
func (t InputType) String() string { return string(t) }

// Argument is one argument of a job: declared in [Job].Args, where Value is its default, and passed to the job's
// function, where Value is what was given.
type Argument struct {
	Key         string
	Description string
	Type        InputType
	// Value is always text; the getters of [Arguments] convert.
	Value string
	// Choices are the values that a Choice can have.
	Choices []string
	// Required says that the job cannot be performed without a value.
	Required bool
}

// Arguments are the arguments of a job: those that it declares, in that order, and then what else it was given.
type Arguments []Argument

// Lookup returns the value of an argument. It reports false when there is none, or an empty one.
func (a Arguments) Lookup(key string) (string, bool) {
	value := a.GetString(key)
	return value, value != ""
}

// GetString returns the value of an argument, and an empty text when there is none.
func (a Arguments) GetString(key string) string {
	for _, argument := range a {
		if argument.Key == key {
			return argument.Value
		}
	}
	return ""
}

// GetBool returns an argument as a truth value: false when there is none. Texts are those of [strconv.ParseBool], in
// any case.
func (a Arguments) GetBool(key string) (bool, error) {
	value, given := a.Lookup(key)
	if !given {
		return false, nil
	}
	truth, err := parseBool(value)
	return truth, refusal(key, value, err)
}

// GetInt returns an argument as a whole number. It is an error when there is none.
func (a Arguments) GetInt(key string) (int, error) {
	value, _ := a.Lookup(key)
	if whole, err := strconv.Atoi(strings.TrimSpace(value)); err == nil {
		return whole, nil
	}
	number, err := a.GetFloat(key)
	if err != nil {
		return 0, err
	}
	// "2.0" and "1e3" are whole numbers as well.
	if number != math.Trunc(number) || math.Abs(number) > math.MaxInt32 {
		return 0, refusal(key, value, errNotWhole)
	}
	return int(number), nil
}

// GetFloat returns an argument as a number. It is an error when there is none.
func (a Arguments) GetFloat(key string) (float64, error) {
	value, given := a.Lookup(key)
	if !given {
		return 0, fmt.Errorf("argument %q is not given", key)
	}
	number, err := parseNumber(value)
	return number, refusal(key, value, err)
}

func refusal(key, value string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("argument %q is %q, which is %w", key, value, err)
}

var (
	errNoNumber = errors.New("no number")
	errNotWhole = errors.New("no whole number")
	errNoTruth  = errors.New("neither true nor false")
)

// parseNumber takes decimal numbers alone: what strconv knows besides (hexadecimal, infinities), forms do not.
func parseNumber(value string) (float64, error) {
	trimmed := strings.TrimSpace(value)
	number, err := strconv.ParseFloat(trimmed, 64)
	if err != nil || strings.Trim(trimmed, "+-.0123456789eE") != "" {
		return 0, errNoNumber
	}
	return number, nil
}

func parseBool(value string) (bool, error) {
	truth, err := strconv.ParseBool(strings.ToLower(strings.TrimSpace(value)))
	if err != nil {
		return false, errNoTruth
	}
	return truth, nil
}
