package engine

import (
	"context"
	"time"
)

// What the tests look at from inside.
var (
	Shrink         = shrink
	RedirectServer = redirectServer
)

// Cache is the cache, of any size.
type Cache struct{ *cache }

// NewCache makes a cache with room for most bytes.
func NewCache(dir string, most int64, now func() time.Time) *Cache {
	c := newCache(dir, now)
	c.most = most
	return &Cache{c}
}

// File asks for a file of the cache.
func (c *Cache) File(ctx context.Context, name string, extensions []string, make func(context.Context, string) (string, error)) (string, error) {
	return c.file(ctx, name, extensions, make)
}
