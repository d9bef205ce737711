package edgetest

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"sync/atomic"
	"time"

	"golang.ngrok.com/muxado/v2"
)

// The stream types of the agent protocol, as in the SDK's
// internal/tunnel/proto/msg.go. A stream of 0 to 2 and 8 is opened by the
// agent, one of 3 to 9 by the edge; heartbeats go both ways.
const (
	typeAuth       muxado.StreamType = 0
	typeBind       muxado.StreamType = 1
	typeUnbind     muxado.StreamType = 2
	typeProxy      muxado.StreamType = 3
	typeRestart    muxado.StreamType = 4
	typeStop       muxado.StreamType = 5
	typeSrvInfo    muxado.StreamType = 8
	typeStopTunnel muxado.StreamType = 9
	typeHeartbeat  muxado.StreamType = 0xFFFFFFFF
)

// maxMessage bounds one JSON message of an agent.
const maxMessage = 1 << 20

// The messages: one JSON value each way on a stream of its own. Only the
// fields that the edge reads or that the SDK needs are here.
type (
	authRequest struct {
		ClientID string `json:"ClientId"`
		Extra    struct {
			Authtoken string
			UserAgent string
			Metadata  string
			Cookie    string
		}
	}
	authReply struct {
		Version  string
		ClientID string `json:"ClientId"`
		Error    string
		Extra    authReplyExtra
	}
	authReplyExtra struct {
		Version            string
		Region             string
		Cookie             string
		AccountName        string
		PlanName           string
		AgentSessionID     string
		DeprecationWarning *deprecation `json:",omitempty"`
	}
	deprecation struct {
		NextMin  string
		NextDate time.Time
		Msg      string
	}
	bindRequest struct {
		ID    string `json:"Id"`
		Proto string
		Opts  map[string]any
		Extra struct{ Token string }
	}
	bindReply struct {
		ID    string `json:"Id"`
		URL   string
		Proto string
		Opts  map[string]any
		Error string
		Extra bindReplyExtra
	}
	bindReplyExtra struct {
		Token    string
		TunnelID string
	}
	unbindRequest struct {
		ID string `json:"Id"`
	}
	errorReply   struct{ Error string }
	srvInfoReply struct{ Region string }
	proxyHeader  struct {
		ID         string `json:"Id"`
		ClientAddr string
		Proto      string
		EdgeType   string
	}
	stopTunnel struct {
		ID        string `json:"Id"`
		Message   string
		ErrorCode string
	}
)

// edgeTypeHTTPS is what the proxy header says of a connection to an https
// endpoint.
const edgeTypeHTTPS = "3"

// decode reads one message.
func decode(r io.Reader, into any) error {
	return json.NewDecoder(io.LimitReader(r, maxMessage)).Decode(into)
}

// writeProxyHeader introduces a public connection to the agent: the length of
// the header in eight bytes, little endian, then the header.
func writeProxyHeader(w io.Writer, h proxyHeader) error {
	b, err := json.Marshal(h)
	if err != nil {
		return err
	}
	_, err = w.Write(append(binary.LittleEndian.AppendUint64(nil, uint64(len(b))), b...))
	return err
}

// coded makes an error text as the service writes it: a message, then the code
// on a line of its own.
func coded(message, code string) string {
	if code == "" {
		return message
	}
	return message + "\r\n\r\n" + code + "\r\n"
}

// stream is a muxado stream that is not closed after a write has failed: its
// session is dead by then, and Close would use a frame again that the session's
// writer may still hold.
type stream struct {
	muxado.Stream
	failed atomic.Bool
}

func (s *stream) Write(b []byte) (int, error) {
	n, err := s.Stream.Write(b)
	if err != nil {
		s.failed.Store(true)
	}
	return n, err
}

func (s *stream) Close() error {
	if s.failed.Load() {
		return nil
	}
	return s.Stream.Close()
}
