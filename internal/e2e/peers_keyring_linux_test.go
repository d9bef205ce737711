//go:build peers

package e2e

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dormer/internal/control"
	"dormer/internal/notify/bustest"
	"dormer/internal/simulator"
	"dormer/internal/stopwatch"
)

// A keyringPeer is a program that keeps a desktop's secrets.
type keyringPeer interface {
	name(t *testing.T) string
	// open starts it unlocked; shut starts it so that nothing can be read of it until
	// answer lets that be.
	open(s *screen)
	shut(s *screen)
	answer(s *screen)
	// end ends it.
	end(s *screen)
}

// TestPeersKeyring: signed in with an open keyring; then a start at which it is
// locked, or asks what nobody answers; and at last it is opened.
func TestPeersKeyring(t *testing.T) {
	for what, k := range map[string]keyringPeer{
		"gnome-keyring, locked": &gnomeKeyring{}, "KWallet, locked": &kwallet{}, "KeePassXC, asks for each entry": &keepass{},
	} {
		t.Run(what, func(t *testing.T) {
			s := newScreen(t, house("71"))
			s.env["DORMER_SECRETS"] = "keyring"
			s.kept = func() (map[string]string, error) { return nil, nil }
			for _, dir := range []string{"peer", "peer/.config", "peer/.local/share/keyrings", "peer/.local/share/kwalletd", "peer/run"} {
				if err := os.MkdirAll(s.path(dir), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			k.open(s)
			eventually(t, "the keyring is there", func() bool { return s.owned(secretService) })
			s.signedIn()
			s.stop()
			if _, err := os.Stat(filepath.Join(s.data, "secrets.json")); err == nil {
				t.Error("there is a file with secrets beside the keyring")
			}
			k.end(s)
			name := k.name(t)
			passed(t, name, "open: signed in, secrets nowhere else")

			k.shut(s)
			eventually(t, "the keyring is there", func() bool { return s.owned(secretService) })
			s.launch()
			var lamps string
			eventually(t, "a lamp speaks of the keyring", func() bool {
				watch := stopwatch.Start()
				a := s.dormer("status")
				if spent := watch.Stop(); spent > 2*time.Second {
					t.Errorf("status took %s", spent)
				}
				lamps = a.out
				return strings.Contains(strings.ToLower(lamps), "keyring")
			})
			if strings.Contains(lamps, "not set up") {
				t.Errorf("it counts as not set up:\n%s", lamps)
			}
			if status, err := s.hover.Emit(t.Context(), map[string]any{"event": "roof-repainted", "job_id": 71}, simulator.Delivery{}); err != nil || status != http.StatusOK {
				t.Errorf("a delivery is answered %d, %v", status, err)
			}
			passed(t, name, "shut: a lamp says so, status answers, a delivery is kept")
			if spent := s.stop(); spent > 5*time.Second {
				t.Errorf("SIGTERM took %s", spent)
			}
			passed(t, name, "shut: SIGTERM ends it")
			s.launch()
			eventually(t, "it runs", func() bool { return s.dormer("status").code == 0 })
			if err := s.hover.CompleteJob("71"); err != nil {
				t.Fatal(err)
			}
			k.answer(s)
			s.within(3*time.Minute, "ready, signed in", func(d *control.Client) bool {
				st, err := d.Status(t.Context())
				return err == nil && st.State == "ready" && st.Hover.SignedIn
			})
			s.told(1)
			passed(t, name, "opened later: ready by itself, signed in, what came meanwhile is told")
		})
	}
}

// TestPeersKeyringWithoutACollection: a service that has nothing to keep secrets in.
func TestPeersKeyringWithoutACollection(t *testing.T) {
	s := newScreen(t, house("71"))
	s.env["DORMER_SECRETS"] = "keyring"
	k := &kwallet{}
	for _, dir := range []string{"peer/.config", "peer/.local/share/kwalletd", "peer/run"} {
		if err := os.MkdirAll(s.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	k.shut(s)
	eventually(t, "the keyring is there", func() bool { return s.owned(secretService) })
	s.launch()
	eventually(t, "status answers", func() bool {
		began := time.Now()
		a := s.dormer("status")
		return a.code == 0 && time.Since(began) < 5*time.Second
	})
	s.stop()
	passed(t, k.name(t), "no wallet: it runs, status answers, SIGTERM ends it")
}

// peerEnv is the environment of a keyring.
func peerEnv(s *screen) []string {
	return append(s.environ(), "PATH="+os.Getenv("PATH"), "HOME="+s.path("peer"), "XDG_DATA_HOME="+s.path("peer/.local/share"),
		"XDG_CONFIG_HOME="+s.path("peer/.config"), "XDG_RUNTIME_DIR="+s.path("peer/run"), "QT_QPA_PLATFORM=xcb")
}

// serve starts a keyring's program with something on its stdin.
func serve(s *screen, in string, name string, args ...string) *process {
	s.t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		s.t.Fatalf("%v: run `make peers`", err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env, cmd.Stdin = peerEnv(s), strings.NewReader(in)
	return s.run(cmd)
}

func kill(p *process) {
	_ = p.Process.Kill() // it may have ended
	<-p.ended
}

type gnomeKeyring struct{ p *process }

func (*gnomeKeyring) name(t *testing.T) string {
	return packaged(t, "gnome-keyring", "gnome-keyring")
}

func (k *gnomeKeyring) open(s *screen) {
	k.p = serve(s, keyringPassword, "gnome-keyring-daemon", "--foreground", "--components=secrets", "--unlock", "--control-directory="+s.path("peer/run"))
}

func (k *gnomeKeyring) shut(s *screen) {
	k.p = serve(s, "", "gnome-keyring-daemon", "--foreground", "--components=secrets", "--control-directory="+s.path("peer/run"))
}

func (k *gnomeKeyring) answer(s *screen) {
	s.t.Helper()
	if err := bustest.UnlockKeyring(s.env["DBUS_SESSION_BUS_ADDRESS"], keyringPassword); err != nil {
		s.t.Fatal(err)
	}
}

func (k *gnomeKeyring) end(*screen) { kill(k.p) }

// walletPassword is what a person types to open a wallet of KWallet.
const walletPassword = "the person's password"

type kwallet struct {
	p    *process
	hash []byte
}

func (*kwallet) name(t *testing.T) string {
	return packaged(t, "KWallet", "libkf5wallet-bin")
}

func (k *kwallet) start(s *screen) {
	s.t.Helper()
	rc := "[Wallet]\nFirst Use=false\nEnabled=true\nDefault Wallet=kdewallet\nClose When Idle=false\nPrompt on Open=false\n[org.freedesktop.secrets]\napiEnabled=true\n"
	if err := os.WriteFile(s.path("peer/.config/kwalletrc"), []byte(rc), 0o600); err != nil {
		s.t.Fatal(err)
	}
	k.p = serve(s, "", "kwalletd5")
	eventually(s.t, "kwalletd", func() bool { return s.owned("org.kde.kwalletd5") })
}

// answer types the password into KWallet's own question.
func (k *kwallet) answer(s *screen) {
	s.t.Helper()
	var asks string
	eventually(s.t, "KWallet asks", func() bool {
		id, seen := s.window("KDE Wallet Service")
		asks = id
		return seen
	})
	if _, err := s.x("xdotool", "windowfocus", "--sync", asks, "type", "--delay", "15", walletPassword); err != nil {
		s.t.Fatal(err)
	}
	s.press("Return")
}

// signIn opens the wallet as the sign-in to the desktop does; the first time it is
// made.
func (k *kwallet) signIn(s *screen) {
	s.t.Helper()
	if k.hash == nil {
		salt := make([]byte, 56)
		_, _ = rand.Read(salt) // never fails
		if err := os.WriteFile(s.path("peer/.local/share/kwalletd/kdewallet.salt"), salt, 0o600); err != nil {
			s.t.Fatal(err)
		}
		hash, err := pbkdf2.Key(sha512.New, walletPassword, salt, 50_000, 56)
		if err != nil {
			s.t.Fatal(err)
		}
		k.hash = hash
	}
	if err := s.bus.Object("org.kde.kwalletd5", "/modules/kwalletd5").Call("org.kde.KWallet.pamOpen", 0, "kdewallet", k.hash, int32(0)).Err; err != nil {
		s.t.Fatal(err)
	}
}

func (k *kwallet) open(s *screen) {
	k.start(s)
	k.signIn(s)
	kill(k.p) // a wallet that is made while it runs is none of its collections
	k.start(s)
	k.signIn(s)
}

func (k *kwallet) shut(s *screen) { k.start(s) }

// end closes the wallet, as the end of the session does: it is written then.
func (k *kwallet) end(s *screen) {
	s.t.Helper()
	if err := s.bus.Object("org.kde.kwalletd5", "/modules/kwalletd5").Call("org.kde.KWallet.closeAllWallets", 0).Err; err != nil {
		s.t.Fatal(err)
	}
	kill(k.p)
}

type keepass struct{ p *process }

func (*keepass) name(t *testing.T) string {
	return packaged(t, "KeePassXC", "keepassxc")
}

func (k *keepass) start(s *screen, asks bool) {
	s.t.Helper()
	db := s.path("peer", "db.kdbx")
	if _, err := os.Stat(db); err != nil {
		k.database(s, db)
	}
	ini := fmt.Sprintf("[General]\nConfigVersion=2\nSingleInstance=false\nUpdateCheckMessageShown=true\nAutoSaveAfterEveryChange=true\n"+
		"[GUI]\nCheckForUpdates=false\n[FdoSecrets]\nEnabled=true\nConfirmAccessItem=%t\nConfirmDeleteItem=false\nShowNotification=false\n", asks)
	if err := os.WriteFile(s.path("peer", "keepassxc.ini"), []byte(ini), 0o600); err != nil {
		s.t.Fatal(err)
	}
	k.p = serve(s, "the person's password\n", "keepassxc", "--config", s.path("peer", "keepassxc.ini"), "--localconfig", s.path("peer", "local.ini"), "--pw-stdin", db)
	eventually(s.t, "the database is open", func() bool {
		var collection string
		err := s.bus.Object(secretService, secretServicePath).Call(secretInterface+".ReadAlias", 0, "default").Store(&collection)
		return err == nil && collection != "/"
	})
}

// database makes one whose group "Secrets" is given out.
func (*keepass) database(s *screen, db string) {
	s.t.Helper()
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails
	xml := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile><Meta><Generator>KeePassXC</Generator><DatabaseName>Passwords</DatabaseName><CustomData><Item>
<Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{%x-%x-%x-%x-%x}</Value></Item></CustomData></Meta>
<Root><Group><UUID>%s</UUID><Name>Secrets</Name><IsExpanded>True</IsExpanded></Group></Root></KeePassFile>`,
		id[:4], id[4:6], id[6:8], id[8:10], id[10:], base64.StdEncoding.EncodeToString(id))
	if err := os.WriteFile(s.path("peer", "new.xml"), []byte(xml), 0o600); err != nil {
		s.t.Fatal(err)
	}
	p := serve(s, "the person's password\nthe person's password\n", "keepassxc-cli", "import", "-p", s.path("peer", "new.xml"), db)
	if code := p.wait(s.t, patience); code != 0 {
		s.t.Fatal("the database of KeePassXC could not be made")
	}
}

func (k *keepass) open(s *screen) { k.start(s, false) }

func (k *keepass) shut(s *screen) { k.start(s, true) }

// answer allows whatever is asked, as often as it is, until the test ends.
func (k *keepass) answer(s *screen) {
	s.t.Helper()
	asks := func() string {
		ids, _ := s.x("xdotool", "search", "--onlyvisible", "--name", "Access Request") // an error: it does not
		return ids
	}
	eventually(s.t, "KeePassXC asks", func() bool { return asks() != "" })
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for {
			if ids := strings.Fields(asks()); len(ids) > 0 {
				_, _ = s.x("xdotool", "windowfocus", ids[0], "key", "Return") // "Allow Selected"; it may have gone meanwhile
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	s.t.Cleanup(func() {
		cancel()
		<-ended
	})
}

func (k *keepass) end(s *screen) {
	_ = k.p.Process.Signal(os.Interrupt) // it saves its database
	k.p.wait(s.t, patience)
}
