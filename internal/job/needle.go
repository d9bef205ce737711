package job

import (
	"bytes"
	"strings"
)

// needle is a text that is looked for in many short ones.
type needle struct {
	text []byte
	rare int // where its byte is that is least found in names and addresses
}

func newNeedle(s string) needle {
	const common = " aenrositlhcdmu1032@.pgkb5y4f6v7w8j9xzq," // the most frequent first
	n := needle{text: []byte(s)}
	for i, rank := 0, -1; i < len(s); i++ {
		at := strings.IndexByte(common, s[i])
		if at < 0 {
			at = len(common)
		}
		if at > rank {
			n.rare, rank = i, at
		}
	}
	return n
}

// in says whether hay contains the text. It goes from one of the rare bytes to
// the next: most rows have none, and are done with at the speed at which memory
// is read.
func (n *needle) in(hay []byte) bool {
	if len(n.text) == 0 {
		return true
	}
	rare, after, first := n.text[n.rare], len(n.text)-n.rare, n.text[0]
	last := len(hay) - after
	for from := n.rare; from <= last; from++ {
		i := bytes.IndexByte(hay[from:last+1], rare)
		if i < 0 {
			return false
		}
		from += i
		if at := from - n.rare; hay[at] == first && string(hay[at:at+len(n.text)]) == string(n.text) {
			return true
		}
	}
	return false
}
