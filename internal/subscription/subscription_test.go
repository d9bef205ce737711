package subscription_test

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/hover"
	"dormer/internal/subscription"
)

const (
	ourPath = "/hover/0123456789abcdef0123456789abcdef"
	here    = "https://here.example" + ourPath
	there   = "https://there.example" + ourPath
)

var errGone = errors.New("not found")

// account is Hover, as far as webhooks go.
type account struct {
	mu    sync.Mutex
	hooks []hover.Webhook
	next  int
	log   []string // what was asked, in order: "register", "verify 1", ...
	at    []time.Time

	lost       bool          // codes are not sent
	inReply    bool          // the resend's reply holds the code
	hold       time.Duration // the 201 is held back so long after the code was sent
	slow       time.Duration // so long after it was asked for a webhook is registered
	fails      error         // of every call
	deletion   error         // of deletions
	heard      []func(hover.WebhookID, subscription.Code)
	otherNames bool // codes name a webhook that there is not
}

func (a *account) note(format string) error {
	a.log, a.at = append(a.log, format), append(a.at, time.Now())
	return a.fails
}

// asked gives the calls of a kind.
func (a *account) asked(kind string) (times []time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, l := range a.log {
		if strings.HasPrefix(l, kind) {
			times = append(times, a.at[i])
		}
	}
	return times
}

func code(id hover.WebhookID) string { return "code-of-" + string(id) }

// send posts a code; the caller holds mu.
func (a *account) send(id hover.WebhookID) {
	if a.lost {
		return
	}
	named := id
	if a.otherNames {
		named = "999" + id
	}
	for _, heard := range a.heard {
		heard(named, subscription.Code{Code: code(id), Match: func(secret string) (hover.Reading, bool) {
			return hover.Readings()[0], secret == "secret-of-"+string(id)
		}})
	}
}

// change changes what Hover has or does.
func (a *account) change(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f()
}

func (a *account) add(url string, verified bool) hover.WebhookID {
	a.mu.Lock()
	defer a.mu.Unlock()
	w := a.put(url)
	if verified {
		a.hooks[len(a.hooks)-1].VerifiedAt = time.Now()
	}
	return w.ID
}

func (a *account) put(url string) hover.Webhook {
	a.next++
	id := hover.WebhookID(strconv.Itoa(a.next))
	w := hover.Webhook{ID: id, URL: url, Secret: "secret-of-" + string(id), CreatedAt: time.Now()}
	a.hooks = append(a.hooks, w)
	return w
}

func (a *account) RegisterWebhook(ctx context.Context, url string) (hover.Webhook, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.note("register"); err != nil {
		return hover.Webhook{}, err
	}
	n := 0
	for _, w := range a.hooks {
		if w.URL == url {
			n++
		}
	}
	if n >= 2 {
		return hover.Webhook{}, errors.New("422: url has already been taken")
	}
	if a.slow > 0 {
		a.mu.Unlock()
		time.Sleep(a.slow) // sleep: the bubble's clock
		a.mu.Lock()
	}
	w := a.put(url)
	a.send(w.ID)
	if a.hold > 0 {
		a.mu.Unlock()
		time.Sleep(a.hold) // sleep: the bubble's clock
		a.mu.Lock()
	}
	return w, nil
}

func (a *account) Webhooks(context.Context) ([]hover.Webhook, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	err := a.note("list")
	return slices.Clone(a.hooks), err
}

func (a *account) DeleteWebhook(_ context.Context, id hover.WebhookID) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := cmp.Or(a.note("delete "+string(id)), a.deletion); err != nil {
		return err
	}
	for i, w := range a.hooks {
		if w.ID == id {
			a.hooks = slices.Delete(a.hooks, i, i+1)
			return nil
		}
	}
	return errGone
}

func (a *account) RequestVerification(_ context.Context, id hover.WebhookID) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.note("resend " + string(id)); err != nil {
		return "", err
	}
	a.send(id)
	if a.inReply {
		return code(id), nil
	}
	return "", nil
}

func (a *account) VerifyWebhook(_ context.Context, c string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.note("verify " + c); err != nil {
		return err
	}
	for i := range a.hooks {
		if code(a.hooks[i].ID) == c {
			a.hooks[i].VerifiedAt = time.Now()
			return nil
		}
	}
	return errGone
}

func (a *account) ids() (ids []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, w := range a.hooks {
		ids = append(ids, string(w.ID))
	}
	return ids
}

// memory is what survives a restart: the book and the secrets.
type memory struct {
	mu      sync.Mutex
	owned   []subscription.Owned
	secrets map[string]string
	full    error // of everything that is written
}

func (m *memory) LoadWebhooks() ([]subscription.Owned, error) { return slices.Clone(m.owned), nil }

func (m *memory) SaveWebhooks(list []subscription.Owned) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.full != nil {
		return m.full
	}
	m.owned = slices.Clone(list)
	return nil
}

func (m *memory) Get(name string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.secrets[name]; s != "" {
		return s, nil
	}
	return "", errGone
}

func (m *memory) Keep(name, value string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.secrets[name] = value
	if value == "" {
		delete(m.secrets, name)
	}
}

// dormer is one running keeper of a registration.
type dormer struct {
	*subscription.Subscription
	memory *memory
	end    func()
}

func run(t *testing.T, a *account, m *memory, path string) *dormer {
	t.Helper()
	if m == nil {
		m = &memory{secrets: map[string]string{}}
	}
	s, err := subscription.New(subscription.Options{
		API: a, Book: m, Secrets: m, Path: path, Changed: func() {},
		Gone: func(err error) bool { return errors.Is(err, errGone) }, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	a.mu.Lock()
	a.heard = append(a.heard, s.Heard)
	a.mu.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.Run(ctx) }()
	d := &dormer{s, m, sync.OnceFunc(func() {
		cancel()
		<-ended
		a.mu.Lock()
		a.heard = nil
		a.mu.Unlock()
	})}
	t.Cleanup(d.end)
	return d
}

// registered gives a Hover that knows one webhook, and the keeper of it.
func registered(t *testing.T) (*account, *dormer) {
	t.Helper()
	a := &account{}
	d := run(t, a, nil, ourPath)
	d.Want(here)
	pass(time.Second)
	d.want(t, "1", true)
	return a, d
}

// pass lets time pass.
func pass(d time.Duration) {
	synctest.Wait()
	time.Sleep(d) // sleep: the bubble's clock
	synctest.Wait()
}

func (d *dormer) want(t *testing.T, id hover.WebhookID, verified bool) subscription.State {
	t.Helper()
	s := d.State()
	if s.ID != id || s.Verified != verified {
		t.Fatalf("the present webhook is %+v, want %s, verified %v", s, id, verified)
	}
	return s
}

func TestAWebhookIsRegisteredAndVerifiedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{}
		d := run(t, a, nil, ourPath)
		pass(time.Hour)
		if n := len(a.asked("")); n != 0 {
			t.Errorf("Hover was asked %d times without an address", n)
		}
		d.Want(here)
		pass(time.Second)
		s := d.want(t, "1", true)
		if s.URL != here || s.Err != nil || s.Pinned != hover.Readings()[0].String() {
			t.Errorf("%+v", s)
		}
		if k := d.Keys(); len(k) != 1 || k[0].Secret != "secret-of-1" || k[0].Pinned != hover.Readings()[0] {
			t.Errorf("the keys are %+v", k)
		}
		if d.memory.secrets["hmac/1"] != "secret-of-1" || strings.Contains(d.memory.owned[0].URL+d.memory.owned[0].Pinned, "secret") {
			t.Errorf("kept: %+v, %v", d.memory.owned, d.memory.secrets)
		}
		pass(10 * time.Hour)
		if r, l := len(a.asked("register")), len(a.asked("list")); r != 1 || l < 10 || l > 14 {
			t.Errorf("registered %d times, listed %d times in ten hours", r, l)
		}
	})
}

func TestTheCodeMayComeBeforeThe201(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{hold: 5 * time.Second}
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(2 * time.Second)
		if !d.Registering() {
			t.Error("a delivery of the unknown webhook would be refused")
		}
		pass(4 * time.Second)
		d.want(t, "1", true)
		if d.Registering() {
			t.Error("still registering")
		}
		if n := len(a.asked("resend")); n != 0 {
			t.Errorf("the code was asked for %d times", n)
		}
	})
}

func TestACodeThatNamesNoWebhookOfOursIsTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{otherNames: true}
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(time.Second)
		d.want(t, "1", true)
	})
}

func TestALostCodeIsAskedForAfterFifteenSecondsAndThenEveryMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{lost: true}
		d := run(t, a, nil, ourPath)
		began := time.Now()
		d.Want(here)
		pass(3*time.Minute + 30*time.Second)
		d.want(t, "1", false)
		var after []time.Duration
		for _, at := range a.asked("resend 1") {
			after = append(after, at.Sub(began).Round(time.Second))
		}
		if !slices.Equal(after, []time.Duration{15 * time.Second, 75 * time.Second, 135 * time.Second, 195 * time.Second}) {
			t.Errorf("asked after %v", after)
		}
		a.change(func() { a.lost = false })
		pass(time.Minute)
		d.want(t, "1", true)
		if n := len(a.asked("register")); n != 1 {
			t.Errorf("registered %d times", n)
		}
	})
}

func TestTheCodeMayBeInTheResendsReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{lost: true, inReply: true}
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(16 * time.Second)
		if s := d.want(t, "1", true); s.Pinned != "" {
			t.Errorf("nothing was signed, and %q is pinned", s.Pinned)
		}
	})
}

func TestACodeOfNobodyDoesNotVerify(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{lost: true}
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(time.Second)
		for i := range 100 { // somebody who has found the path
			d.Heard(hover.WebhookID("6"+strconv.Itoa(i)), subscription.Code{Code: "invented"})
		}
		pass(time.Second)
		d.want(t, "1", false)
		if n := len(a.asked("verify")); n > 20 {
			t.Errorf("%d invented codes were tried at Hover", n)
		}
		a.change(func() { a.lost = false })
		pass(3 * time.Minute)
		d.want(t, "1", true)
	})
}

func TestTwoOfOursAtOneAddressAreNotAThird(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{}
		a.add(here, false)
		good := a.add(here, true)
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(time.Second)
		d.want(t, good, true)
		if n := len(a.asked("register")); n != 0 || len(a.ids()) != 1 {
			t.Errorf("registered %d times; left are %q", n, a.ids())
		}
	})
}

func TestANewAddressIsVerifiedBeforeTheOldWebhookGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{}
		foreign := []string{
			string(a.add("https://crm.example/hook", true)), string(a.add("https://here.example/hover/ffffffffffffffffffffffffffffffff", true)),
			string(a.add("https://crm.example/hook?x="+ourPath, true)), string(a.add("https://crm.example/v2"+ourPath, true)),
		}
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(time.Second)
		d.want(t, "5", true)
		a.change(func() { a.lost = true })
		d.Want(there)
		pass(5 * time.Minute)
		d.want(t, "6", false)
		if !slices.Contains(a.ids(), "5") || len(d.Keys()) != 2 {
			t.Fatal("the old one was deleted before the new one is verified")
		}
		if k := d.Keys(); k[0].ID != "6" || k[1].ID != "5" || k[1].Secret != "secret-of-5" {
			t.Errorf("the keys are %+v", k)
		}
		a.change(func() { a.lost, a.deletion = false, errors.New("503") })
		pass(2 * time.Minute)
		if s := d.want(t, "6", true); s.Err == nil {
			t.Error("the old one could not be deleted, and nobody knows")
		}
		a.change(func() { a.deletion = nil })
		pass(2 * time.Minute)
		if s := d.want(t, "6", true); s.Err != nil {
			t.Error(s.Err)
		}
		if got := a.ids(); !slices.Equal(got, append(foreign, "6")) {
			t.Errorf("at Hover there are %q", got)
		}
		if len(d.Keys()) != 1 || d.memory.secrets["hmac/5"] != "" {
			t.Errorf("remembered: %+v, %v", d.Keys(), d.memory.secrets)
		}
		verified, deleted := a.asked("verify code-of-6"), a.asked("delete 5")
		if len(verified) != 1 || deleted[0].Before(verified[0]) {
			t.Errorf("verified at %v, deleted at %v", verified, deleted)
		}
	})
}

func TestACrashAfterThe201LeavesNoOrphan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{lost: true}
		m := &memory{secrets: map[string]string{}, full: errors.New("it ends here")}
		d := run(t, a, m, ourPath)
		d.Want(here)
		pass(time.Second)
		d.end() // nothing was remembered
		if len(m.owned) != 0 {
			t.Fatalf("remembered %+v", m.owned)
		}
		a.lost, m.full = false, nil
		d = run(t, a, m, ourPath)
		d.Want(here)
		pass(time.Minute)
		d.want(t, "1", true)
		if n := len(a.asked("register")); n != 1 || len(a.ids()) != 1 {
			t.Errorf("registered %d times; there are %q", n, a.ids())
		}
	})
}

func TestAStoreThatIsFullIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{}
		m := &memory{secrets: map[string]string{}, full: errors.New("disk full")}
		d := run(t, a, m, ourPath)
		d.Want(here)
		pass(time.Minute)
		if s := d.State(); s.Verified || s.Err == nil {
			t.Errorf("%+v", s)
		}
		m.mu.Lock()
		m.full = nil
		m.mu.Unlock()
		pass(3 * time.Minute)
		if s := d.State(); !s.Verified || len(a.ids()) != 1 || len(m.owned) != 1 || len(m.secrets) != 1 {
			t.Errorf("%+v; at Hover %q; remembered %+v", s, a.ids(), m)
		}
	})
}

func TestARestartKeepsTheWebhookAndItsPin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, d := registered(t)
		d.end()
		again := run(t, a, d.memory, ourPath)
		if k := again.Keys(); len(k) != 1 || k[0].Pinned == (hover.Reading{}) || k[0].Secret != "secret-of-1" {
			t.Errorf("before Hover was asked the keys are %+v", k)
		}
		again.Want(here)
		again.want(t, "1", true) // as far as we know
		pass(time.Minute)
		again.want(t, "1", true)
		if n := len(a.asked("register")); n != 1 {
			t.Errorf("registered %d times", n)
		}
	})
}

func TestAWebhookThatSomebodyDeletedIsRegisteredAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, d := registered(t)
		if err := a.DeleteWebhook(t.Context(), "1"); err != nil {
			t.Fatal(err)
		}
		d.Check() // as after a catch-up
		pass(time.Second)
		d.want(t, "2", true)
		if err := a.DeleteWebhook(t.Context(), "2"); err != nil {
			t.Fatal(err)
		}
		pass(61 * time.Minute)
		d.want(t, "3", true)
		if len(d.Keys()) != 1 || len(d.memory.secrets) != 1 {
			t.Errorf("remembered %+v, %v", d.Keys(), d.memory.secrets)
		}
	})
}

// TestAWebhookThatHoverSwitchedOffIsVerifiedAgain: what could not be delivered
// while this computer was away may have ended it, soon after it was verified or
// long after.
func TestAWebhookThatHoverSwitchedOffIsVerifiedAgain(t *testing.T) {
	for _, age := range []time.Duration{time.Second, 3 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			a, d := registered(t)
			pass(age)
			a.change(func() { a.hooks[0].VerifiedAt = time.Time{} })
			d.Want(here) // the connection is there again
			pass(6 * time.Minute)
			d.want(t, "1", true)
			if a.hooks[0].VerifiedAt.IsZero() {
				t.Errorf("after %s Hover still has it switched off", age)
			}
		})
	}
}

// A list that leaves out when a webhook was verified, its last error or its secret
// does not take them away.
func TestWhatTheListLeavesOutOfAWebhookStaysKnown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, d := registered(t)
		a.change(func() { a.hooks[0].LastError = "502 Bad Gateway" })
		pass(61 * time.Minute)
		before := d.State()
		if before.LastError == "" || !before.Verified {
			t.Fatalf("%+v", before)
		}
		a.change(func() {
			h := &a.hooks[0]
			h.VerifiedAt, h.LastError, h.Secret, h.VerifiedUnsaid, h.ErrorUnsaid = time.Time{}, "", "", true, true
		})
		pass(5 * time.Hour)
		if now := d.State(); now != before || len(d.Keys()) != 1 || d.Keys()[0].Secret == "" {
			t.Errorf("it was %+v and is %+v, with %d keys", before, now, len(d.Keys()))
		}
	})
}

func TestASecretThatHoverChangedIsReadBackAndUnpinned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, d := registered(t)
		a.change(func() { a.hooks[0].Secret = "rotated" })
		d.Check()
		pass(time.Second)
		d.want(t, "1", true)
		if k := d.Keys(); k[0].Secret != "rotated" || k[0].Pinned != (hover.Reading{}) || d.memory.secrets["hmac/1"] != "rotated" {
			t.Errorf("the keys are %+v", k)
		}
		if err := d.Pin("1", hover.Readings()[3]); err != nil {
			t.Fatal(err)
		}
		pass(2 * time.Hour)
		if k := d.Keys(); k[0].Pinned != hover.Readings()[3] {
			t.Errorf("the pin is gone: %+v", k)
		}
		// One that was lost here is read back, too, and its pin stays no longer.
		d.end()
		delete(d.memory.secrets, "hmac/1")
		again := run(t, a, d.memory, ourPath)
		again.Want(here)
		pass(time.Second)
		if k := again.Keys(); k[0].Secret != "rotated" {
			t.Errorf("the keys are %+v", k)
		}
	})
}

func TestErrorsBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{fails: errors.New("503")}
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(10 * time.Minute)
		if n := len(a.asked("")); n < 8 || n > 20 {
			t.Errorf("asked %d times in ten minutes", n)
		}
		if s := d.State(); s.Err == nil || s.Verified {
			t.Errorf("%+v", s)
		}
		a.change(func() { a.fails = nil })
		pass(61 * time.Second)
		if s := d.want(t, "1", true); s.Err != nil {
			t.Error(s.Err)
		}
	})
}

func TestTwoDormersOnOneAccountLeaveEachOtherAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{}
		otherPath := "/hover/ffffffffffffffffffffffffffffffff"
		one, two := run(t, a, nil, ourPath), run(t, a, nil, otherPath)
		one.Want(here)
		two.Want("https://here.example" + otherPath)
		pass(3 * time.Hour)
		if s := one.State(); !s.Verified || s.URL != here {
			t.Errorf("the one: %+v", s)
		}
		if s := two.State(); !s.Verified || s.URL == here {
			t.Errorf("the other: %+v", s)
		}
		one.Want(there)
		pass(time.Hour)
		if err := one.Remove(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(3 * time.Hour)
		if s := two.State(); !s.Verified || !slices.Equal(a.ids(), []string{string(s.ID)}) {
			t.Errorf("the other: %+v; at Hover %q", s, a.ids())
		}
	})
}

func TestRemoveDeletesOursAndForgetsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{}
		foreign := a.add("https://crm.example/hook", true)
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(time.Second)
		a.change(func() { a.fails = errors.New("503") })
		if err := d.Remove(t.Context()); err == nil {
			t.Error("it could not be deleted, and nobody knows")
		}
		a.change(func() { a.fails = nil })
		if err := d.Remove(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(24 * time.Hour)
		if !slices.Equal(a.ids(), []string{string(foreign)}) || len(d.memory.owned)+len(d.memory.secrets) != 0 || d.State().Verified {
			t.Errorf("at Hover %q; remembered %+v", a.ids(), d.memory)
		}
	})
}

func TestWhatIsBeingRegisteredIsRemovedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{slow: 5 * time.Second}
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(time.Second) // the registration is on its way
		if err := d.Remove(t.Context()); err != nil {
			t.Fatal(err)
		}
		pass(24 * time.Hour)
		if len(a.ids()) != 0 || len(d.memory.owned)+len(d.memory.secrets) != 0 {
			t.Errorf("at Hover %q; remembered %+v", a.ids(), d.memory)
		}
	})
}

func TestARemovalWaitsNoLongerThanItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &account{slow: time.Minute}
		d := run(t, a, nil, ourPath)
		d.Want(here)
		pass(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		if err := d.Remove(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

func TestHoversComplaintIsRememberedWithItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, d := registered(t)
		a.change(func() { a.hooks[0].LastError = "502 Bad Gateway" })
		pass(61 * time.Minute)
		first := d.State()
		if first.LastError != "502 Bad Gateway" || time.Since(first.ErrorSince) > 2*time.Hour || !first.Verified {
			t.Errorf("%+v", first)
		}
		pass(5 * time.Hour)
		if s := d.State(); !s.ErrorSince.Equal(first.ErrorSince) {
			t.Errorf("the same complaint is now of %v", s.ErrorSince)
		}
	})
}

func TestARenewedWebhookTakesThePlaceOfTheOldOneOnceItIsVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, d := registered(t)
		a.change(func() { a.lost = true })
		d.Renew()
		pass(10 * time.Second)
		d.want(t, "2", false)
		if ids := a.ids(); !slices.Equal(ids, []string{"1", "2"}) {
			t.Errorf("before the new one is verified there are %q", ids)
		}
		if len(d.Keys()) != 2 {
			t.Error("what the old one sends is refused")
		}
		a.change(func() { a.lost = false })
		pass(10 * time.Second) // the code is asked for again
		d.want(t, "2", true)
		if ids := a.ids(); !slices.Equal(ids, []string{"2"}) {
			t.Errorf("after it there are %q", ids)
		}
		pass(10 * time.Hour)
		if n := len(a.asked("register")); n != 2 {
			t.Errorf("registered %d times", n)
		}
	})
}

func TestARenewThatComesToNothingIsTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, d := registered(t)
		a.change(func() { a.lost = true })
		d.Renew()
		pass(time.Second)
		d.want(t, "2", false)
		d.Settle()
		pass(time.Second)
		d.want(t, "1", true)
		if ids := a.ids(); !slices.Equal(ids, []string{"1"}) {
			t.Errorf("there are %q", ids)
		}
	})
}
