package notify

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"go.uber.org/goleak"

	_ "dormer/internal/hermetic"
	"dormer/internal/say"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stuck is a service that never answers.
type stuck struct {
	clicked func(key, action string)
	lingers time.Duration // after it was told to end
	ended   bool          // a show
	closed  bool
	early   bool // closed before it ended
}

func (s *stuck) show(ctx context.Context, _ Notice) error {
	<-ctx.Done()
	time.Sleep(s.lingers) // sleep: the bubble's clock
	s.ended = true
	return ctx.Err()
}

func (s *stuck) available(ctx context.Context) (string, []string, error) {
	<-ctx.Done()
	return "", nil, ctx.Err()
}

func (s *stuck) close() { s.closed, s.early = true, !s.ended }

func newStuck(o Options) (*Desktop, *stuck) {
	s := &stuck{}
	d := newDesktop(o, func(_ Options, clicked func(key, action string), _ func()) service {
		s.clicked = clicked
		return s
	})
	return d, s
}

func TestServiceThatDoesNotAnswerHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, _ := newStuck(Options{})
		defer d.Close()
		start := time.Now()
		if err := d.Show(t.Context(), Notice{Title: "x"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Show gave %v", err)
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("Show took %v", took)
		}
		if _, _, err := d.Available(t.Context()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Available gave %v", err)
		}
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("Available took %v", took-2*time.Second)
		}
	})
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, s := newStuck(Options{})
		s.lingers = time.Second
		shown := make(chan error, 1)
		go func() { shown <- d.Show(t.Context(), Notice{Title: "x"}) }()
		synctest.Wait()
		start := time.Now()
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if err := <-shown; !errors.Is(err, context.Canceled) {
			t.Errorf("Show gave %v", err)
		}
		if took := time.Since(start); took != s.lingers || !s.closed || s.early {
			t.Errorf("it took %v; service closed: %v, too early: %v", took, s.closed, s.early)
		}
		if err := d.Show(t.Context(), Notice{}); err == nil {
			t.Error("a closed Desktop shows")
		}
		if err := d.Close(); err != nil {
			t.Errorf("closed again: %v", err)
		}
	})
}

func TestCloseDoesNotWaitForeverForAClickThatIsHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		d, s := newStuck(Options{OnAction: func(context.Context, string, string) { <-release }})
		s.clicked("job", "open")
		synctest.Wait()
		start := time.Now()
		if err := d.Close(); err == nil {
			t.Error("Close says that all has ended")
		}
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("Close took %v", took)
		}
		close(release)
		if err := d.Close(); err != nil {
			t.Errorf("once the click was handled: %v", err)
		}
	})
}

func TestAClickThatIsBeingHandledEndsWithTheDesktop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handled := false
		d, s := newStuck(Options{OnAction: func(ctx context.Context, _, _ string) {
			<-ctx.Done()
			handled = true
		}})
		s.clicked("job", "open")
		synctest.Wait()
		start := time.Now()
		if err := d.Close(); err != nil || time.Since(start) != 0 || !handled {
			t.Errorf("Close: %v after %v; handled: %v", err, time.Since(start), handled)
		}
	})
}

func TestTooManyClicksDoNotHoldThePlatformUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, handled := make(chan struct{}), atomic.Int32{}
		d, s := newStuck(Options{OnAction: func(context.Context, string, string) { <-release; handled.Add(1) }})
		s.clicked("job", "open")
		synctest.Wait() // the first one is being handled
		for range 100 {
			s.clicked("job", "open")
			synctest.Wait()
		}
		close(release)
		synctest.Wait()
		if n := handled.Load(); n < maxHandled+maxClicks || n > maxHandled+maxClicks+1 { // one is on its way
			t.Errorf("%d clicks were handled, want %d", n, maxHandled+maxClicks)
		}
		d.Close()
	})
}

func TestAViewerThatHangsKeepsNobodyFromTheNextClick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, handled := make(chan struct{}), make(chan string, 10)
		d, s := newStuck(Options{OnAction: func(_ context.Context, key, _ string) {
			if key == "hangs" {
				<-release
			}
			handled <- key
		}})
		s.clicked("hangs", "open")
		s.clicked("opens", "open")
		synctest.Wait()
		if len(handled) != 1 || <-handled != "opens" {
			t.Error("the second click waits for the first one")
		}
		close(release)
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestTextFromOutsideIsCleaned(t *testing.T) {
	n := cleaned(Notice{
		Title:   " 1420 Sycamore\x00 Lane\nis \u202emeasured\u202c \xff",
		Body:    "House\r\n\u2066Garage\u2069\tfailed\x1b[31m" + strings.Repeat(" and more", 500),
		Actions: []Action{{"a", strings.Repeat("ü", 100)}, {"b", "Open\nPDF"}, {"c", "C"}, {"d", "D"}, {"e", "E"}, {"f", "F"}},
	})
	if want := "1420 Sycamore Lane is measured \uFFFD"; n.Title != want {
		t.Errorf("title %q, want %q", n.Title, want)
	}
	if want := "House\nGarage failed[31m and more"; !strings.HasPrefix(n.Body, want) {
		t.Errorf("body %.60q, want %q", n.Body, want)
	}
	if got := utf8.RuneCountInString(n.Body); got > MaxBody || got < MaxBody-2 || !strings.HasSuffix(n.Body, "…") {
		t.Errorf("the body has %d characters and ends in %q", got, n.Body[len(n.Body)-6:])
	}
	if got := utf8.RuneCountInString(n.Actions[0].Label); got != maxLabel {
		t.Errorf("a label has %d characters", got)
	}
	if n.Actions[1].Label != "Open PDF" || len(n.Actions) != maxActions {
		t.Errorf("actions %q", n.Actions)
	}
	if n := cleaned(Notice{Title: "\u200e"}); n.Title == "" {
		t.Error("a notice without a title")
	}
}

func TestTextAtTheLimitIsNotCut(t *testing.T) {
	for _, s := range []string{"", "ü", strings.Repeat("ü", 10)} {
		if got := shorten(s, 10); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	if got := shorten(strings.Repeat("ü", 11), 10); got != strings.Repeat("ü", 9)+"…" {
		t.Errorf("cut to %q", got)
	}
}

func TestToastHoldsOutsideTextAsText(t *testing.T) {
	evil := `]]></text><action/>" onload='x' & $(calc) `
	doc, err := toastXML(Notice{
		Key: evil, Title: evil, Body: "line 1\nline 2", Urgent: true, Sound: true,
		Actions: []Action{{DefaultAction, "Open"}, {"pdf", evil}, {`a"&=b`, "More"}},
	}, `C:\Users\A & B\icon.png`)
	if err != nil {
		t.Fatal(err)
	}
	var got toast
	if err := xml.Unmarshal([]byte(doc), &got); err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	if !slices.Equal(got.Binding.Text, []string{evil, "line 1\nline 2"}) {
		t.Errorf("texts %q", got.Binding.Text)
	}
	if got.Binding.Image == nil || got.Binding.Image.Src != `C:\Users\A & B\icon.png` {
		t.Errorf("image %+v", got.Binding.Image)
	}
	if got.Scenario != "reminder" || got.Audio.Silent || got.Audio.Src == "" {
		t.Errorf("an urgent one with sound is %+v", got)
	}
	if got.Actions == nil || len(got.Actions.Action) != 2 || got.Actions.Action[0].Content != evil {
		t.Fatalf("buttons %+v", got.Actions)
	}
	for arguments, action := range map[string]string{
		got.Launch:                      DefaultAction,
		got.Actions.Action[0].Arguments: "pdf",
		got.Actions.Action[1].Arguments: `a"&=b`,
	} {
		if k, a, ok := parseToastArguments(arguments); k != evil || a != action || !ok {
			t.Errorf("%q means %q of %q (%v), want %q", arguments, a, k, ok, action)
		}
	}
}

func TestQuietToastMakesNoSoundAndOffersNothing(t *testing.T) {
	doc, err := toastXML(Notice{Title: "x"}, "")
	if err != nil {
		t.Fatal(err)
	}
	var got toast
	if err := xml.Unmarshal([]byte(doc), &got); err != nil {
		t.Fatal(err)
	}
	if !got.Audio.Silent || got.Actions != nil || got.Binding.Image != nil || got.Scenario != "" {
		t.Errorf("%s", doc)
	}
	if _, _, ok := parseToastArguments(got.Launch); ok {
		t.Error("a click on a notice without actions means one")
	}
}

func TestScriptForMacOSHasNoOutsideTextInIt(t *testing.T) {
	evil := `-l JavaScript" & do shell script "x`
	for _, n := range []Notice{{Title: evil, Body: evil}, {Title: evil, Body: evil, Sound: true}} {
		args := osascriptArguments(n)
		if len(args) != 5 || args[0] != "-e" || strings.HasPrefix(args[2], "-") || args[3] != evil || args[4] != evil {
			t.Fatalf("arguments %q", args)
		}
		if strings.Contains(args[1], "do shell") || strings.Contains(args[1], "sound name") != n.Sound {
			t.Errorf("program %q", args[1])
		}
	}
}

func TestAToastIsWrittenInCharactersThatWindowsCountsAsOne(t *testing.T) {
	doc, err := toastXML(Notice{Title: "Casa 🏠 de Peña", Actions: []Action{{"pdf", "📄"}}}, "")
	if err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(doc, func(r rune) bool { return r > 0xFFFF }); i >= 0 {
		t.Errorf("cut off at its end: %s", doc)
	}
	var got toast
	if err := xml.Unmarshal([]byte(doc), &got); err != nil {
		t.Fatal(err)
	}
	if got.Binding.Text[0] != "Casa 🏠 de Peña" || got.Actions.Action[0].Content != "📄" {
		t.Errorf("what is read is %q", got.Binding.Text)
	}
}

func TestABalloonsTextEndsWhereItsFieldDoes(t *testing.T) {
	for text, want := range map[string]string{"": "", "roof": "roof", "rooftop": "rooftop", "rooftops": "roofto…", "roofs 🏠🏠": "roofs …", "Peña 🏠": "Peña 🏠"} {
		field := [8]uint16{7: 1}
		inUTF16(text, field[:])
		end := slices.Index(field[:], 0)
		if end < 0 {
			t.Errorf("%q has no end: %v", text, field)
		} else if got := string(utf16.Decode(field[:end])); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestAClickOnABalloonIsItsFirstButton(t *testing.T) {
	if got := balloonAction(Notice{Actions: []Action{{"pdf", "Open PDF"}, {DefaultAction, "Show job"}}}); got != "pdf" {
		t.Errorf("it means %q", got)
	}
	if got := balloonAction(Notice{}); got != "" {
		t.Errorf("of a notice without any it means %q", got)
	}
}

func TestWhatIsSwitchedOffIsNotShownAnotherWay(t *testing.T) {
	if err := switchedOff(0); err != nil {
		t.Errorf("where nothing is switched off: %v", err)
	}
	for setting := range int32(4) {
		err := fmt.Errorf("notify: %w", switchedOff(setting+1))
		if !isOff(err) || !strings.Contains(say.Of(err).String(), "switched") {
			t.Errorf("setting %d is told as %v", setting+1, err)
		}
	}
	for _, err := range []error{switchedOff(9), switchedOff(-1), ErrNoDesktop} {
		if err == nil || isOff(err) {
			t.Errorf("%v is taken for a person's wish", err)
		}
	}
}
