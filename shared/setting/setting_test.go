package setting

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"
	"testing"
)

func set() (*flag.FlagSet, *string, *List) {
	s := flag.NewFlagSet("hostd serve", flag.ContinueOnError)
	s.SetOutput(io.Discard)
	listen := s.String("listen", ":7420", "`ADDR` for guests")
	hosts := &List{}
	s.Var(hosts, "allow-host", "further `NAME`")
	return s, listen, hosts
}

func TestFlagBeatsEnvironmentBeatsDefault(t *testing.T) {
	env := map[string]string{"JAM_LISTEN": ":1", "JAM_ALLOW_HOST": "a,b"}
	for _, c := range []struct {
		args []string
		env  map[string]string
		want string
		host []string
	}{
		{nil, nil, ":7420", nil},
		{nil, env, ":1", []string{"a", "b"}},
		{[]string{"--listen", ":2", "--allow-host", "x", "--allow-host", "y"}, env, ":2", []string{"x", "y"}},
	} {
		s, listen, hosts := set()
		parsed, err := Parse(s, c.args, func(k string) string { return c.env[k] })
		if err != nil || *listen != c.want || !slices.Equal(hosts.Values, c.host) || parsed.Given["listen"] != (c.want != ":7420") {
			t.Errorf("%v with %v: listen %q, hosts %v, given %v, %v", c.args, c.env, *listen, hosts.Values, parsed.Given, err)
		}
	}
}

func TestFlagsStandBeforeBetweenAndBehindWords(t *testing.T) {
	s, listen, hosts := set()
	parsed, err := Parse(s, []string{"--listen", ":3", "one", "--allow-host=x", "two", "--allow-host", "y"}, func(string) string { return "" })
	if err != nil || !slices.Equal(parsed.Words, []string{"one", "two"}) || *listen != ":3" || !slices.Equal(hosts.Values, []string{"x", "y"}) {
		t.Errorf("words %v, listen %q, hosts %v, %v", parsed.Words, *listen, hosts.Values, err)
	}
}

func TestBehindTwoDashesThereAreWordsAlone(t *testing.T) {
	s, listen, _ := set()
	parsed, err := Parse(s, []string{"one", "--listen", ":3", "--", "soul-jam:x", "--listen", ":4"}, func(string) string { return "" })
	if err != nil || !slices.Equal(parsed.Words, []string{"one", "soul-jam:x", "--listen", ":4"}) || *listen != ":3" {
		t.Errorf("words %v, listen %q, %v", parsed.Words, *listen, err)
	}
}

func TestWrongValueInTheEnvironmentNamesTheVariable(t *testing.T) {
	s := flag.NewFlagSet("x", flag.ContinueOnError)
	var out strings.Builder
	s.SetOutput(&out)
	s.Int("max-per-address", 32, "")
	_, err := Parse(s, nil, func(k string) string { return map[string]string{"JAM_MAX_PER_ADDRESS": "many"}[k] })
	if err == nil || !strings.Contains(out.String(), "JAM_MAX_PER_ADDRESS") {
		t.Errorf("error %v, printed %q", err, out.String())
	}
}

func TestHelpNamesEveryFlagWithItsVariable(t *testing.T) {
	s, _, _ := set()
	var out strings.Builder
	s.SetOutput(&out)
	if _, err := Parse(s, []string{"-h"}, func(string) string { return "" }); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	for _, want := range []string{"--listen ADDR", "JAM_LISTEN, default :7420", "--allow-host NAME", "JAM_ALLOW_HOST"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("help lacks %q:\n%s", want, out.String())
		}
	}
}
