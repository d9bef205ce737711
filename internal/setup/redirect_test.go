package setup_test

import (
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"

	"dormer/internal/engine"
	"dormer/internal/simulator"
)

// A redirect address on this computer whose port somebody else has.
func TestARedirectPortThatIsTakenIsSaidAtOnce(t *testing.T) {
	h := newShared(t)
	f := folder(t)
	f.HoverURL = h.URL // and no tunnel
	d := open(t, f, env{"DORMER_HOVER_CLIENT_ID": simulator.ClientID, "DORMER_HOVER_CLIENT_SECRET": simulator.ClientSecret})
	runs(t, d)
	theirs, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer theirs.Close()
	_, port, err := net.SplitHostPort(theirs.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "localhost"} {
		if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyRedirectURL: "http://" + host + ":" + port + "/signed-in"}); err != nil {
			t.Fatal(err)
		}
		if l, err := d.Engine().BeginLogin(t.Context()); !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), "another program") {
			t.Errorf("%s: %+v, %v", host, l, err)
		}
	}
	_ = theirs.Close() // the other program ends
	if err := h.signIn(t, d, h.a); err != nil {
		t.Error(err)
	}
}

func TestLocalhostIsBothAddressesOfThisComputer(t *testing.T) {
	six, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("this computer has no IPv6: ", err)
	}
	_ = six.Close()
	h := newShared(t)
	f := folder(t)
	f.HoverURL = h.URL
	d := open(t, f, env{"DORMER_HOVER_CLIENT_ID": simulator.ClientID, "DORMER_HOVER_CLIENT_SECRET": simulator.ClientSecret})
	runs(t, d)
	_, port, err := net.SplitHostPort(freePort(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Engine().Set(t.Context(), engine.Values{engine.KeyRedirectURL: "http://localhost:" + port + "/signed-in"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Engine().BeginLogin(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "::1"} {
		conn, err := net.Dial("tcp", net.JoinHostPort(host, port))
		if err != nil {
			t.Errorf("at %s: %v", host, err)
			continue
		}
		_ = conn.Close()
	}
}
