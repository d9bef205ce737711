package hoverapi

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"dormer/internal/say"
)

const (
	perPage  = "100" // the most that Hover gives (Hover's docs)
	maxPages = 1000
)

// pages lists everything, page by page. An element that cannot be read costs
// only itself; an error ends the list.
//
// The end is where next_page is null, where page reaches total_pages, or at an
// empty page; never at a merely short one: Hover gives pages of its own size to
// whoever misnames "per".
func pages[T any](ctx context.Context, c *Client, k call, keys ...string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		seen := map[[sha256.Size]byte]bool{}
		k.method, k.limit = http.MethodGet, maxList
		for number, asked := 1, 1; ; asked++ {
			query := maps.Clone(k.query)
			if query == nil {
				query = url.Values{}
			}
			query.Set("per", perPage)
			query.Set("page", strconv.Itoa(number))
			one := k
			one.query = query
			r, err := c.do(ctx, one)
			if err != nil {
				yield(none, err)
				return
			}
			p, err := readPage(r.body, keys)
			if err != nil {
				yield(none, &Error{Op: k.op, Kind: BadReply, Status: r.status, Err: notJSON(c.wire.base.Host, r, err)})
				return
			}
			print := p.print()
			if seen[print] {
				if p.promisesMore(number) {
					yield(none, &Error{Op: k.op, Kind: BadReply, Status: r.status, Err: say.Because("hover.why.anew")})
				}
				return // a list without pages, which are ignored
			}
			seen[print] = true
			for _, raw := range p.elements {
				var v T
				if err := json.Unmarshal(raw, &v); err != nil {
					c.o.Log.Warn("an element of Hover's list cannot be read", "op", k.op, "page", number, "err", err)
					continue
				}
				if !yield(v, nil) {
					return
				}
			}
			next, more := p.next(number)
			if !more {
				return
			}
			if next <= number || asked >= maxPages {
				yield(none, &Error{Op: k.op, Kind: BadReply, Status: r.status, Err: say.Because("hover.why.endless")})
				return
			}
			number = next
		}
	}
}

// page is one page of a list, in any of Hover's dialects:
//
//	{"pagination": {...}, "results": [...]}                  v2, v3
//	{"jobs": [...], "meta": {"pagination": {...}}}           v1
//	{"requested_captures": {"pagination": {}, "results": []}} capture requests
//	[...]                                                     tolerated
type page struct {
	elements []json.RawMessage
	position pagination
}

type pagination struct {
	Next  json.RawMessage `json:"next_page"`   // null at the end; v3, v1
	Total json.RawMessage `json:"total_pages"` // v2, v1
}

var errNoList = say.Because("hover.why.no_list")

// readPage reads a page whose list may be called by any of the keys.
func readPage(body []byte, keys []string) (page, error) {
	var p page
	if json.Unmarshal(body, &p.elements) == nil && p.elements != nil {
		return p, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return page{}, err
	}
	for _, key := range append([]string{"results"}, keys...) {
		list, ok := fields[key]
		if !ok {
			continue
		}
		if len(list) > 0 && list[0] == '{' {
			return readPage(list, nil)
		}
		if err := json.Unmarshal(list, &p.elements); err != nil {
			return page{}, errNoList
		}
		var meta struct {
			Pagination json.RawMessage `json:"pagination"`
		}
		if fields["pagination"] != nil {
			_ = json.Unmarshal(fields["pagination"], &p.position)
		} else if json.Unmarshal(fields["meta"], &meta) == nil {
			_ = json.Unmarshal(meta.Pagination, &p.position)
		}
		return p, nil
	}
	return page{}, errNoList
}

// print identifies the page's elements.
func (p page) print() [sha256.Size]byte {
	h := sha256.New()
	for _, e := range p.elements {
		h.Write(e)
		h.Write([]byte{0})
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// next says which page comes after the one with this number.
func (p page) next(number int) (int, bool) {
	if len(p.elements) == 0 || string(p.position.Next) == "null" {
		return 0, false
	}
	if total, ok := integer(p.position.Total); ok && number >= total {
		return 0, false
	}
	if next, ok := integer(p.position.Next); ok {
		return next, true
	}
	return number + 1, true
}

// promisesMore says whether the page itself names a page after it.
func (p page) promisesMore(number int) bool {
	_, more := p.next(number)
	return more && (len(p.position.Next) > 0 || len(p.position.Total) > 0)
}

// integer reads a number, or a text that is one.
func integer(b json.RawMessage) (int, bool) {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}
