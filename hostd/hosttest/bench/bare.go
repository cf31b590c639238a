package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"sync"

	"github.com/coder/websocket"
)

// The baseline is this program with these arguments: bare, and how it writes.
const (
	bareRole = "bare"
	// looped: one goroutine writes to one connection after the other.
	looped = "loop"
	// queued: a goroutine for each connection, fed by a channel.
	queued = "queue"
)

// bare is the smallest broadcaster: what one connection says, all get. It keeps
// nothing, checks nothing and never gives up on a slow connection.
type bare struct {
	queued bool
	words  chan []byte

	mu    sync.Mutex // guards conns
	conns []*bareConn
}

type bareConn struct {
	ws    *websocket.Conn
	queue chan []byte // nil unless queued
}

// runBare serves until the process is ended.
func runBare(queued bool) error {
	b := &bare{queued: queued, words: make(chan []byte, 256)}
	go b.broadcast()
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", l.Addr())
	return http.Serve(l, b)
}

func (b *bare) broadcast() {
	for frame := range b.words {
		b.mu.Lock()
		conns := b.conns
		b.mu.Unlock()
		for _, c := range conns {
			if b.queued {
				c.queue <- frame
				continue
			}
			_ = c.ws.Write(context.Background(), websocket.MessageText, frame) // its reader notices the end
		}
	}
}

func (b *bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return
	}
	c := &bareConn{ws: ws}
	if b.queued {
		c.queue = make(chan []byte, 256)
		go func() {
			for frame := range c.queue {
				_ = ws.Write(context.Background(), websocket.MessageText, frame)
			}
		}()
	}
	b.mu.Lock()
	b.conns = append(slices.Clip(b.conns), c)
	b.mu.Unlock()
	for {
		_, frame, err := ws.Read(context.Background())
		if err != nil {
			return
		}
		b.words <- frame
	}
}

// startBare starts a baseline in a process of its own.
func startBare(ctx context.Context, how string) (*host, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c, err := startChild(self, bareRole, how)
	if err != nil {
		return nil, err
	}
	url, err := c.await(ctx, "listening on ")
	if err != nil {
		c.stop()
		return nil, err
	}
	return &host{child: c, name: bareRole + " " + how, lan: url, console: url, bare: true}, nil
}
