package sdk

import "testing"

func TestGettersConvert(t *testing.T) {
	args := Arguments{
		{Key: "text", Value: "  x "}, {Key: "whole", Value: " -12 "}, {Key: "big", Value: "9007199254740993"},
		{Key: "even", Value: "2.0"}, {Key: "exponent", Value: "1e3"}, {Key: "fraction", Value: "2.5"},
		{Key: "yes", Value: "TRUE"}, {Key: "one", Value: "1"}, {Key: "no", Value: "False"}, {Key: "empty"},
	}
	if got := args.GetString("text"); got != "  x " {
		t.Errorf("text is %q", got)
	}
	if got := args.GetString("absent"); got != "" {
		t.Errorf("absent is %q", got)
	}
	for key, want := range map[string]int{"whole": -12, "big": 9007199254740993, "even": 2, "exponent": 1000} {
		if got, err := args.GetInt(key); got != want || err != nil {
			t.Errorf("%s is %d, %v", key, got, err)
		}
	}
	if got, err := args.GetFloat("fraction"); got != 2.5 || err != nil {
		t.Errorf("fraction is %v, %v", got, err)
	}
	for key, want := range map[string]bool{"yes": true, "one": true, "no": false, "empty": false, "absent": false} {
		if got, err := args.GetBool(key); got != want || err != nil {
			t.Errorf("%s is %v, %v", key, got, err)
		}
	}
	if _, found := args.Lookup("empty"); found {
		t.Error("an empty value was found")
	}
	if got, found := args.Lookup("one"); got != "1" || !found {
		t.Errorf("found %q, %v", got, found)
	}
}

func TestGettersRefuseWhatCannotBe(t *testing.T) {
	args := Arguments{
		{Key: "word", Value: "x"}, {Key: "fraction", Value: "2.5"}, {Key: "hex", Value: "0x10"},
		{Key: "endless", Value: "Inf"}, {Key: "nan", Value: "NaN"}, {Key: "huge", Value: "1e30"}, {Key: "score", Value: "1_000"},
	}
	whole := func(key string) error { _, err := args.GetInt(key); return err }
	number := func(key string) error { _, err := args.GetFloat(key); return err }
	truth := func(key string) error { _, err := args.GetBool(key); return err }
	for _, c := range []struct {
		err  error
		want string
	}{
		{whole("word"), `argument "word" is "x", which is no number`},
		{whole("fraction"), `argument "fraction" is "2.5", which is no whole number`},
		{whole("huge"), `argument "huge" is "1e30", which is no whole number`},
		{whole("absent"), `argument "absent" is not given`},
		{number("hex"), `argument "hex" is "0x10", which is no number`},
		{number("endless"), `argument "endless" is "Inf", which is no number`},
		{number("nan"), `argument "nan" is "NaN", which is no number`},
		{number("score"), `argument "score" is "1_000", which is no number`},
		{truth("word"), `argument "word" is "x", which is neither true nor false`},
	} {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("got %v, want %s", c.err, c.want)
		}
	}
}
