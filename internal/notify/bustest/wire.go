//go:build !windows

package bustest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/godbus/dbus/v5"
)

// wire is a connection to a bus that takes files however they stand in a message:
// godbus, which reads and writes the messages, takes none out of a list.
type wire struct {
	conn *net.UnixConn

	mu     sync.Mutex // protects what is written, and serial
	serial uint32
}

type headers map[dbus.HeaderField]any

// dial connects to the bus at an address as [Start] gives it.
func dial(address string) (*wire, error) {
	path, ok := strings.CutPrefix(address, "unix:path=")
	if !ok {
		return nil, fmt.Errorf("%s is no bus of a test", address)
	}
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, err
	}
	user := hex.EncodeToString([]byte(strconv.Itoa(os.Getuid())))
	for _, step := range []struct{ says, hears string }{
		{"\x00AUTH EXTERNAL " + user + "\r\n", "OK "}, {"NEGOTIATE_UNIX_FD\r\n", "AGREE_UNIX_FD"}, {"BEGIN\r\n", ""},
	} {
		if _, err = conn.Write([]byte(step.says)); err != nil {
			break
		}
		if step.hears == "" {
			return &wire{conn: conn}, nil
		}
		var line []byte
		for one := make([]byte, 1); err == nil && !bytes.HasSuffix(line, []byte("\r\n")); line = append(line, one...) {
			_, err = conn.Read(one)
		}
		if err == nil && !strings.HasPrefix(string(line), step.hears) {
			err = fmt.Errorf("the bus says %q", line)
		}
		if err != nil {
			break
		}
	}
	_ = conn.Close()
	return nil, err
}

// send writes a message and gives its number.
func (w *wire) send(kind dbus.Type, h headers, body ...any) (serial uint32, err error) {
	m := &dbus.Message{Type: kind, Headers: map[dbus.HeaderField]dbus.Variant{}, Body: body}
	for field, value := range h {
		m.Headers[field] = dbus.MakeVariant(value)
	}
	if len(body) > 0 {
		m.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(body...))
	}
	var b bytes.Buffer
	if err := m.EncodeTo(&b, binary.LittleEndian); err != nil {
		return 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serial++
	binary.LittleEndian.PutUint32(b.Bytes()[8:], w.serial) // godbus keeps it to itself
	_, err = w.conn.Write(b.Bytes())
	return w.serial, err
}

// receive reads a message and the files that came with it.
func (w *wire) receive() (m *dbus.Message, fds []int, err error) {
	all, have := make([]byte, 16), 0
	oob := make([]byte, 1024)
	for have < len(all) {
		n, oobs, _, _, err := w.conn.ReadMsgUnix(all[have:], oob)
		if err != nil {
			return nil, nil, err
		}
		messages, err := syscall.ParseSocketControlMessage(oob[:oobs])
		if err != nil {
			return nil, nil, err
		}
		for _, c := range messages {
			got, err := syscall.ParseUnixRights(&c)
			if err != nil {
				return nil, nil, err
			}
			fds = append(fds, got...)
		}
		if have += n; n == 0 {
			return nil, nil, net.ErrClosed
		}
		if have == 16 && len(all) == 16 { // its beginning tells how long it is
			order := binary.ByteOrder(binary.LittleEndian)
			if all[0] == 'B' {
				order = binary.BigEndian
			}
			size := int(order.Uint32(all[12:])+7)&^7 + int(order.Uint32(all[4:]))
			all = append(all, make([]byte, size)...)
		}
	}
	m, err = dbus.DecodeMessage(bytes.NewReader(all))
	return m, fds, err
}
