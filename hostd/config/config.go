// Package config is the file DIR/config.json: what the host has set once and that is no flag, because it
// holds secrets. Today that is the music servers with what they are opened by, and the Wi-Fi that guests may
// be shown the way into.
//
// The file is the owner's alone. One that others can read is refused rather than tightened in silence:
// what is in it may have been read, and the host should know.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unicode"

	"soul-jam/shared/identity"
)

const (
	// File is its name in the data directory.
	File = "config.json"
	// maxFile bounds the file, in bytes; a longer one is refused unread.
	maxFile = 64 << 10
	// MaxServers is how many music servers there may be.
	MaxServers = 16
	// maxText bounds a password or key, in bytes. OpenSubsonic bounds keys to 2048.
	maxText = 2048
	// maxUser bounds a user name, in bytes.
	maxUser = 64

	ownerOnly   fs.FileMode = 0o600
	anybodyElse fs.FileMode = 0o077
)

// Config is what the file says. The zero value is that of no file.
type Config struct {
	Servers []Server
	Wifi    Wifi // zero: none
}

// Server is a music server that speaks OpenSubsonic. It is opened by a password or by an API key: one of the two.
type Server struct {
	URL              string // as [ServerURL] gives it
	User             string // may be empty with an API key
	Password, APIKey identity.Secret
}

// content is the file as it is written.
type content struct {
	Servers []server `json:"servers"`
	Wifi    *network `json:"wifi,omitempty"`
}

type server struct {
	URL      string `json:"url"`
	User     string `json:"user,omitempty"`
	Password string `json:"password,omitempty"`
	APIKey   string `json:"api_key,omitempty"`
}

// Load reads the file of the data directory dir; none is an empty Config. A file that others can read
// (not on Windows, where the user's profile is the user's own), that is too long, or that says something
// unknown is an error, with a sentence for the host: a misspelt name would otherwise be passed over.
func Load(dir string) (Config, error) {
	path := filepath.Join(dir, File)
	text, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Config{}, nil
	}
	if err != nil {
		return Config{}, fmt.Errorf("read %s: %w", path, err)
	}
	c, err := parse(text)
	if err != nil {
		return Config{}, fmt.Errorf("read %s: %w", path, err)
	}
	return c, nil
}

func read(path string) ([]byte, error) {
	if info, err := os.Lstat(path); err != nil {
		return nil, withoutPath(err)
	} else if !info.Mode().IsRegular() {
		return nil, errors.New("it is not a plain file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	// Of the open file: its name may lead elsewhere by now.
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, withoutPath(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a plain file")
	case runtime.GOOS != "windows" && info.Mode().Perm()&anybodyElse != 0:
		return nil, fmt.Errorf("others on this machine can read it, and it holds passwords: close it with `chmod 600 %s`, and think of new passwords", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("it is longer than %d bytes", maxFile)
	}
	return text, nil
}

// withoutPath leaves out the file's name, which the caller says.
func withoutPath(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

func parse(text []byte) (Config, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return Config{}, errors.New("it is empty; remove it, or add a server with `hostd music add`")
	}
	var in content
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil {
		return Config{}, sayWhere(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Config{}, errors.New("something follows the end of its JSON")
	}
	var c Config
	for i, s := range in.Servers {
		checked, err := s.check()
		if err != nil {
			return Config{}, fmt.Errorf("server %d: %w", i+1, err)
		}
		if c, err = c.With(checked); err != nil {
			return Config{}, err
		}
	}
	if in.Wifi != nil {
		var err error
		if c.Wifi, err = in.Wifi.check(); err != nil {
			return Config{}, err
		}
	}
	return c, nil
}

// sayWhere keeps what the decoder quotes of the file, which may be a password, out of the sentence.
func sayWhere(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch name, unknown := strings.CutPrefix(err.Error(), "json: unknown field "); {
	case errors.As(err, &syntax):
		return fmt.Errorf("it is no JSON, from byte %d on", syntax.Offset)
	case errors.As(err, &kind):
		return fmt.Errorf("%q should be %s", kind.Field, kind.Type.Kind())
	case unknown:
		return fmt.Errorf("there is no setting %s", name)
	}
	return errors.New("its JSON does not end")
}

func (s server) check() (Server, error) {
	url, err := ServerURL(s.URL)
	switch {
	case err != nil:
		return Server{}, err
	case (s.Password == "") == (s.APIKey == ""):
		return Server{}, fmt.Errorf("%s needs a password or an api_key, one of the two", url)
	case s.Password != "" && s.User == "":
		return Server{}, fmt.Errorf("%s needs a user for its password", url)
	case len(s.User) > maxUser || s.User != plain(s.User):
		return Server{}, fmt.Errorf("the user of %s should be a plain name of at most %d bytes", url, maxUser)
	case len(s.Password) > maxText || len(s.APIKey) > maxText:
		return Server{}, fmt.Errorf("the password or api_key of %s is longer than %d bytes", url, maxText)
	}
	return Server{URL: url, User: s.User, Password: identity.Keep(s.Password), APIKey: identity.Keep(s.APIKey)}, nil
}

// plain is a name as it can be shown in a line.
func plain(name string) string {
	shown := strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, name)
	return strings.Join(strings.Fields(shown), " ")
}

// Save writes the file whole or not at all, for its owner alone, and makes the directory where there is none. Of two
// programs that save at the same moment the later one wins.
func Save(dir string, c Config) error {
	out := content{Servers: []server{}}
	for _, s := range c.Servers {
		one := server{URL: s.URL, User: s.User, Password: s.Password.Reveal(), APIKey: s.APIKey.Reveal()}
		if _, err := one.check(); err != nil {
			return err
		}
		out.Servers = append(out.Servers, one)
	}
	if c.Wifi.Name != "" {
		out.Wifi = &network{Name: c.Wifi.Name, Password: c.Wifi.Password.Reveal(), Hidden: c.Wifi.Hidden}
		if _, err := out.Wifi.check(); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	return replace(filepath.Join(dir, File), append(text, '\n'))
}

func replace(path string, text []byte) (err error) {
	draft, err := os.CreateTemp(filepath.Dir(path), File+".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(draft.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	_, err = draft.Write(text)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	return os.Rename(draft.Name(), path)
}
