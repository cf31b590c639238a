package server

import (
	"context"
	"fmt"
	"path/filepath"

	"soul-jam/hostd/config"
	"soul-jam/hostd/library"
	"soul-jam/hostd/subsonic"
)

// servers are the music servers of the host's, and the way from there to the player.
type servers struct {
	sources []library.Source
	streams *subsonic.Streams // nil without a server
	problem string            // a sentence for the host when the configuration cannot be used
}

// openServers makes a client for each server of the configuration. One that cannot be used is no reason to stay
// silent: the folders play, and the console says it.
func (s *server) openServers() {
	cfg, err := config.Load(s.cfg.Data)
	if err == nil && len(cfg.Servers) > 0 {
		err = s.connect(cfg.Servers)
	}
	if err != nil {
		s.servers.problem = fmt.Sprintf("The music servers are left out: %v", err)
		s.cfg.Log.Warn("the music servers are left out", "reason", err)
	}
}

func (s *server) connect(all []config.Server) (err error) {
	s.servers.streams, err = subsonic.OpenStreams(subsonic.StreamsConfig{Dir: filepath.Join(s.cfg.Data, "streams"), Log: s.cfg.Log})
	if err != nil {
		return err
	}
	for _, one := range all {
		client, err := subsonic.New(subsonic.Config{
			URL: one.URL, User: one.User, Password: one.Password, APIKey: one.APIKey, Streams: s.servers.streams, Log: s.cfg.Log,
		})
		if err != nil {
			return err
		}
		s.servers.sources = append(s.servers.sources, client)
	}
	return nil
}

// runServers serves the player the songs of the servers until ctx is over.
func (s *server) runServers(ctx context.Context) {
	if s.servers.streams == nil {
		return
	}
	if err := s.servers.streams.Run(ctx); err != nil && ctx.Err() == nil {
		s.cfg.Log.Error("songs of music servers cannot be played any more", "error", err)
	}
}

// streamHeader is what the player shows to get such a song; "" without a server.
func (s *server) streamHeader() string {
	if s.servers.streams == nil {
		return ""
	}
	name, value := s.servers.streams.Header()
	return name + ": " + value
}

// musicPlaces are the folders and servers that the library has its music from.
func (s *server) musicPlaces() []string {
	places := append([]string{}, s.cfg.Music...)
	for _, source := range s.servers.sources {
		places = append(places, source.Name())
	}
	return places
}
