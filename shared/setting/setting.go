// Package setting gives every flag of our programs its environment variable: JAM_
// and the flag's name in capitals, dashes as underscores. A flag on the command
// line wins over the environment, the environment over the default.
package setting

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

// Env is the variable of a flag.
func Env(name string) string { return "JAM_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

// Parsed is what was found besides the values of the flags.
type Parsed struct {
	// Given holds the names of the flags that somebody set, either way.
	Given map[string]bool
	// Words are the arguments that are no flags; flags may stand before, between and behind them.
	Words []string
}

// Parse reads the arguments, then the environment for every flag that they leave
// out. An error has been printed to the set's output already.
func Parse(set *flag.FlagSet, args []string, getenv func(string) string) (p Parsed, err error) {
	set.Usage = func() { usage(set) }
	for {
		if err := set.Parse(args); err != nil {
			return p, err
		}
		if set.NArg() == 0 {
			break
		}
		// Behind "--" there are words alone: what others have put there, a link for example, is no flag.
		if end := len(args) - set.NArg(); end > 0 && args[end-1] == "--" {
			p.Words = append(p.Words, set.Args()...)
			break
		}
		p.Words, args = append(p.Words, set.Arg(0)), set.Args()[1:]
	}
	given := map[string]bool{}
	p.Given = given
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	set.VisitAll(func(f *flag.Flag) {
		text := getenv(Env(f.Name))
		if text == "" || given[f.Name] || err != nil {
			return
		}
		given[f.Name] = true
		if list, ok := f.Value.(*List); ok {
			err = list.setAll(text)
		} else {
			err = f.Value.Set(text)
		}
		if err != nil {
			err = fmt.Errorf("%s: %w", Env(f.Name), err)
			fmt.Fprintln(set.Output(), err)
		}
	})
	return p, err
}

func usage(set *flag.FlagSet) {
	fmt.Fprintf(set.Output(), "Usage: %s [flags]\n\n", set.Name())
	set.VisitAll(func(f *flag.Flag) {
		value, help := flag.UnquoteUsage(f)
		fmt.Fprintf(set.Output(), "  --%s %s\n        %s\n        environment: %s", f.Name, value, help, Env(f.Name))
		if f.DefValue != "" && f.DefValue != "false" {
			fmt.Fprintf(set.Output(), ", default %s", f.DefValue)
		}
		fmt.Fprint(set.Output(), "\n")
	})
}

// List is a flag that may be given several times. Its variable holds all values,
// with Separator between them; "" is a comma.
type List struct {
	Values    []string
	Separator string
}

// Paths is a List of folders, whose variable is written as PATH is.
func Paths() List { return List{Separator: string(os.PathListSeparator)} }

// String shows the values as the variable would hold them.
func (l *List) String() string { return strings.Join(l.Values, l.separator()) }

func (l *List) separator() string {
	if l.Separator == "" {
		return ","
	}
	return l.Separator
}

// Set adds one value.
func (l *List) Set(value string) error {
	if value == "" {
		return fmt.Errorf("an empty value")
	}
	l.Values = append(l.Values, value)
	return nil
}

func (l *List) setAll(text string) error {
	for value := range strings.SplitSeq(text, l.separator()) {
		if err := l.Set(value); err != nil {
			return err
		}
	}
	return nil
}
