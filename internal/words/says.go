package words

import (
	"strings"

	"dormer/internal/say"
)

// Reader is who reads the window.
func Reader() say.Reader { return say.Reader{Language: say.Language(Language()), Window: true} }

// Say gives a text in the person's language, as a window says it.
func Say(t say.Text) string { return t.For(Reader()) }

// Error gives an error as a person is told of it: what happened, why, and what
// to do next.
func Error(err error) string {
	said := Say(say.Of(err))
	if _, _, do := say.PartsOf(err); !do.IsZero() {
		said = strings.TrimRight(said, ".") + "."
	}
	return said
}
