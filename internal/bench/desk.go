package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	ours "dormer/internal/inbox"
	"dormer/storage"
)

// desk is the product's inbox with its log and nothing around: what answers a webhook.
type desk struct {
	http.Handler
	store  *storage.Store
	reader sync.WaitGroup
	stop   func()
}

// newDesk makes one that knows the webhook's secret. With a fold somebody reads the
// log, with none nobody does.
func newDesk(path string, h hook, fold func(*storage.Tx, storage.Event) error) (*desk, error) {
	store, err := storage.Open(path, storage.Options{Fold: fold, SetAside: engine.SetAside})
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	d := &desk{store: store, stop: stop}
	d.Handler = ours.New(ours.Options{
		Path: h.path(), URL: func() string { return h.URL }, Keep: keeps{store}, Trust: trusts{h}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if fold == nil {
		return d, nil
	}
	d.reader.Go(func() {
		for ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-store.Grown():
			}
			for read := []storage.Event{{}}; len(read) > 0; {
				if read, err = store.Read(ctx, 512); err != nil {
					return // what is measured goes on
				}
			}
		}
	})
	return d, nil
}

func (d *desk) close() error {
	d.stop()
	d.reader.Wait()
	return d.store.Close()
}

// keeps stores a delivery as the engine does.
type keeps struct{ store *storage.Store }

func (k keeps) Keep(ctx context.Context, d ours.Delivery) error {
	about, header := d.Event.About(), map[string]string{}
	for name, values := range d.Header {
		header[name] = strings.Join(values, ", ")
	}
	_, err := k.store.Append(ctx, storage.Event{
		ReceivedAt: d.At, Name: d.Event.Name(), Job: about.Job, Model: about.Model, State: about.State, Webhook: about.Webhook,
		Verdict: d.Verdict, Reading: d.Reading.String(), Path: d.Path, Header: header, Body: d.Body, Read: d.Event,
	})
	return err
}

func (k keeps) Quarantine(context.Context, ours.Delivery, string) {}

// trusts knows one webhook, whose reading is pinned.
type trusts struct{ hook hook }

func (t trusts) Keys() []ours.Key {
	return []ours.Key{{Webhook: t.hook.ID, Secret: t.hook.Secret, Pinned: hover.Readings()[0]}}
}
func (t trusts) Unread() bool      { return false }
func (t trusts) Registering() bool { return false }
func (t trusts) AwaitsCode() bool  { return false }
func (t trusts) Pin(context.Context, hover.WebhookID, hover.Reading) error {
	return errors.New("the reading is pinned")
}

// path is the webhook's secret path.
func (h hook) path() string {
	u, _ := url.Parse(h.URL) // Dormer made it
	return u.Path
}
