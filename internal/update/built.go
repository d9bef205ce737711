package update

import (
	"errors"
	"net/http"
)

// What the linker writes into a release, from packaging/update.pub and
// packaging/home:
//
//	-X dormer/internal/update.publicKeys=RW…,RW… -X dormer/internal/update.feedURL=https://…/feed.json
var publicKeys, feedURL string

// errHalf says that a release was built wrong: it must not look as if it looked.
var errHalf = errors.New("update: this build has keys without a feed, or a feed without two keys")

// Built gives the feeder of this build; nil where it was built without one.
func Built(transport http.RoundTripper) (*Feeder, error) {
	return built(feedURL, publicKeys, transport)
}

func built(feed, keys string, transport http.RoundTripper) (*Feeder, error) {
	if feed == "" && keys == "" {
		return nil, nil
	}
	list, err := Keys(keys)
	switch {
	case err != nil:
		return nil, err
	case feed == "" || len(list) != 2:
		return nil, errHalf
	}
	return &Feeder{URL: feed, Keys: list, Transport: transport}, secure(feed)
}
