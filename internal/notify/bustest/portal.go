//go:build !windows

package bustest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/godbus/dbus/v5"
)

// Letter is what a desktop's portal is asked to begin.
type Letter struct {
	To, Subject, Body string
	Attached          []string // the contents of the files
}

// A Portal is a desktop's portal. Each function gives the portal's answer, when it
// likes: 0 is done, 1 the person's own no, 2 that it could not; one that is nil is not
// there.
type Portal struct {
	Print func(title, content string) uint32
	Mail  func(Letter) uint32
	Open  func(content string) uint32 // the folder of a file with that content
	// Choose is the dialog in which a person chooses a file or a folder: its address.
	Choose func(Choosing) (uri string, code uint32)
}

// Choosing is what a person is asked to choose in a portal's dialog.
type Choosing struct {
	Title, Folder, Name string
	Directory           bool
}

// PortalName is a portal's name on the bus.
const PortalName = "org.freedesktop.portal.Desktop"

const (
	portalPath   = "/org/freedesktop/portal/desktop"
	portalPrefix = "org.freedesktop.portal."
)

// Serve puts a portal on the bus at an address, until stop is called.
func (p Portal) Serve(address string) (stop func(), err error) {
	w, err := dial(address)
	if err != nil {
		return nil, err
	}
	if err := w.own(PortalName); err != nil {
		_ = w.conn.Close()
		return nil, err
	}
	var all sync.WaitGroup
	all.Go(func() { p.serve(w, &all) })
	return func() {
		_ = w.conn.Close() // nothing more is to be said
		all.Wait()
	}, nil
}

func (p Portal) serve(w *wire, all *sync.WaitGroup) {
	for {
		m, fds, err := w.receive()
		if err != nil {
			return
		}
		if m.Type != dbus.TypeMethodCall {
			continue
		}
		answer, options := p.asked(m, fds)
		if answer == nil {
			_ = w.refuse(m) // whoever asked may have gone, here and below
			continue
		}
		token, _ := options["handle_token"].Value().(string)
		sender := strings.ReplaceAll(strings.TrimPrefix(headerOf(m, dbus.FieldSender), ":"), ".", "_")
		handle := dbus.ObjectPath(portalPath + "/request/" + sender + "/" + token)
		_ = w.reply(m, handle)
		all.Go(func() {
			code, results := answer()
			_ = w.signal(handle, portalPrefix+"Request", "Response", code, results)
		})
	}
}

// asked gives what answers a call, nil for one that this portal does not know.
func (p Portal) asked(
	m *dbus.Message, fds []int,
) (answer func() (uint32, map[string]dbus.Variant), options map[string]dbus.Variant) {
	plain := func(f func() uint32) func() (uint32, map[string]dbus.Variant) {
		return func() (uint32, map[string]dbus.Variant) { return f(), map[string]dbus.Variant{} }
	}
	files := func(list ...dbus.UnixFDIndex) (contents []string) {
		for _, i := range list {
			contents = append(contents, read(fds, int(i)))
		}
		return contents
	}
	if len(m.Body) > 0 {
		options, _ = m.Body[len(m.Body)-1].(map[string]dbus.Variant)
	}
	switch call := strings.TrimPrefix(headerOf(m, dbus.FieldInterface), portalPrefix) + "." + headerOf(m, dbus.FieldMember); {
	case call == "Print.Print" && p.Print != nil && len(m.Body) == 4:
		title, _ := m.Body[1].(string)
		fd, _ := m.Body[2].(dbus.UnixFDIndex)
		content := files(fd)[0]
		return plain(func() uint32 { return p.Print(title, content) }), options
	case call == "OpenURI.OpenDirectory" && p.Open != nil && len(m.Body) == 3:
		fd, _ := m.Body[1].(dbus.UnixFDIndex)
		content := files(fd)[0]
		return plain(func() uint32 { return p.Open(content) }), options
	case call == "Email.ComposeEmail" && p.Mail != nil && len(m.Body) == 2:
		l := Letter{}
		l.To, _ = options["address"].Value().(string)
		l.Subject, _ = options["subject"].Value().(string)
		l.Body, _ = options["body"].Value().(string)
		list, _ := options["attachment_fds"].Value().([]dbus.UnixFDIndex)
		l.Attached = files(list...)
		return plain(func() uint32 { return p.Mail(l) }), options
	case (call == "FileChooser.OpenFile" || call == "FileChooser.SaveFile") && p.Choose != nil && len(m.Body) == 3:
		c := Choosing{}
		c.Title, _ = m.Body[1].(string)
		folder, _ := options["current_folder"].Value().([]byte)
		c.Folder = strings.TrimSuffix(string(folder), "\x00")
		c.Name, _ = options["current_name"].Value().(string)
		c.Directory, _ = options["directory"].Value().(bool)
		return func() (uint32, map[string]dbus.Variant) {
			uri, code := p.Choose(c)
			return code, map[string]dbus.Variant{"uris": dbus.MakeVariant([]string{uri})}
		}, options
	}
	return nil, nil
}

func read(fds []int, i int) string {
	if i >= len(fds) {
		return ""
	}
	f := os.NewFile(uintptr(fds[i]), "handed over")
	if f == nil {
		return ""
	}
	defer f.Close()
	b, _ := io.ReadAll(f) // what cannot be read is not what was handed over
	return string(b)
}

func headerOf(m *dbus.Message, field dbus.HeaderField) string {
	switch v := m.Headers[field].Value().(type) {
	case string:
		return v
	case dbus.ObjectPath:
		return string(v)
	}
	return ""
}

// own asks the bus for a name.
func (w *wire) own(name string) error {
	if _, err := w.call("Hello"); err != nil {
		return err
	}
	reply, err := w.call("RequestName", name, uint32(dbus.NameFlagDoNotQueue))
	if err != nil {
		return err
	}
	if len(reply.Body) != 1 || reply.Body[0] != uint32(dbus.RequestNameReplyPrimaryOwner) {
		return errors.New("the name " + name + " is taken")
	}
	return nil
}

// call asks the bus itself.
func (w *wire) call(member string, args ...any) (*dbus.Message, error) {
	const bus = "org.freedesktop.DBus"
	serial, err := w.send(dbus.TypeMethodCall, headers{
		dbus.FieldDestination: bus, dbus.FieldInterface: bus, dbus.FieldPath: dbus.ObjectPath("/org/freedesktop/DBus"),
		dbus.FieldMember: member,
	}, args...)
	for err == nil {
		var m *dbus.Message
		if m, _, err = w.receive(); err != nil || m.Headers[dbus.FieldReplySerial].Value() != serial {
			continue
		}
		if m.Type == dbus.TypeError {
			return nil, fmt.Errorf("%s: %v", member, m.Body)
		}
		return m, nil
	}
	return nil, err
}

func (w *wire) reply(to *dbus.Message, args ...any) error {
	_, err := w.send(dbus.TypeMethodReply, headers{
		dbus.FieldDestination: headerOf(to, dbus.FieldSender), dbus.FieldReplySerial: to.Serial(),
	}, args...)
	return err
}

func (w *wire) refuse(m *dbus.Message) error {
	_, err := w.send(dbus.TypeError, headers{
		dbus.FieldDestination: headerOf(m, dbus.FieldSender), dbus.FieldReplySerial: m.Serial(),
		dbus.FieldErrorName: "org.freedesktop.DBus.Error.UnknownMethod",
	}, "not here")
	return err
}

func (w *wire) signal(path dbus.ObjectPath, iface, member string, args ...any) error {
	_, err := w.send(dbus.TypeSignal,
		headers{dbus.FieldPath: path, dbus.FieldInterface: iface, dbus.FieldMember: member}, args...)
	return err
}
