package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"dormer/internal/engine"
	"dormer/internal/hover"
	"dormer/internal/inbox"
	"dormer/storage"
)

// newInbox makes the product's inbox with its log and nothing around, which knows the
// webhook's secret: what answers a webhook. With a fold somebody reads the log, with
// none nobody does.
func (b *bench) newInbox(path string, h hook, fold func(*storage.Tx, storage.Event) error) http.Handler {
	store := must(storage.Open(path, storage.Options{Fold: fold, SetAside: engine.SetAside}))
	ctx, stop := context.WithCancel(b.ctx)
	var reader sync.WaitGroup
	b.after(func() error {
		stop()
		reader.Wait()
		return store.Close()
	})
	if fold != nil {
		reader.Go(func() {
			for ctx.Err() == nil {
				select {
				case <-ctx.Done():
				case <-store.Grown():
				}
				for read := []storage.Event{{}}; len(read) > 0; {
					var err error
					if read, err = store.Read(ctx, 512, nil); err != nil {
						return // what is measured goes on
					}
				}
			}
		})
	}
	return inbox.New(inbox.Options{
		Path: h.address().Path, URL: func() string { return h.URL }, Keep: keeps{store}, Trust: trusts{h},
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
}

// keeps stores a delivery as the engine does.
type keeps struct{ store *storage.Store }

func (k keeps) Keep(ctx context.Context, d inbox.Delivery) error {
	about, header := d.Event.About(), map[string]string{}
	for name, values := range d.Header {
		header[name] = strings.Join(values, ", ")
	}
	_, err := k.store.Append(ctx, storage.Event{
		ReceivedAt: d.At, Name: d.Event.Name(), Job: about.Job, Model: about.Model, State: about.State,
		Webhook: about.Webhook, Verdict: d.Verdict, Reading: d.Reading.String(), Path: d.Path,
		Header: header, Body: d.Body, Read: d.Event,
	})
	return err
}

func (k keeps) Quarantine(context.Context, inbox.Delivery, string) {}

// trusts knows one webhook, whose reading is pinned.
type trusts struct{ hook hook }

func (t trusts) Keys() []inbox.Key {
	return []inbox.Key{{Webhook: t.hook.ID, Secret: t.hook.Secret, Pinned: hover.Readings()[0]}}
}
func (t trusts) Unread() bool      { return false }
func (t trusts) Registering() bool { return false }
func (t trusts) AwaitsCode() bool  { return false }
func (t trusts) Pin(context.Context, hover.WebhookID, hover.Reading) error {
	return errors.New("the reading is pinned")
}
