package setup

import (
	"dormer/internal/engine"
	"dormer/internal/hoverapi"
	"dormer/internal/update"
)

// newUpdates gives what knows of newer Dormers; nil in a build without keys, and in
// a demo, which asks nobody.
func newUpdates(c Config) (engine.Updater, error) {
	f, err := update.Built(hoverapi.NewTransport())
	if f == nil || err != nil || c.Demo {
		return nil, err
	}
	return f, nil
}
