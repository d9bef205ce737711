package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"slices"
	"strings"

	"dormer/internal/hover"
)

// counted counts what comes.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

// unpacked gives a body as the file that it is. It is asked for as it is, but
// some storage keeps a file packed and some proxies pack what passes, whoever
// asked for what; others say that it is packed where it is not. So its first
// bytes decide.
func unpacked(body io.Reader, encoding string, format hover.Format) (io.Reader, error) {
	in := bufio.NewReaderSize(body, 64<<10)
	head, err := in.Peek(2)
	if len(head) < 2 {
		if err == io.EOF {
			err = nil // a file of a byte or none is for others to judge
		}
		return in, err
	}
	encoding = strings.ToLower(strings.TrimSpace(encoding))
	switch {
	case bytes.Equal(head, []byte("\x1f\x8b")) &&
		(strings.HasSuffix(encoding, "gzip") || slices.Contains(hover.Formats(), format)):
		return gzip.NewReader(in)
	case encoding == "deflate" && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0: // RFC 1950
		return zlib.NewReader(in)
	}
	return in, nil
}
