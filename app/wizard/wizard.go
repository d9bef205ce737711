// Package wizard draws the first run: the steps at the side, the present one
// beside them. It shows the state that view.Wizard holds and hands on what a
// person types and taps; it decides nothing.
package wizard

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"dormer/app/look"
	"dormer/app/parts"
	"dormer/app/view"
	"dormer/internal/words"
)

// Nav is what the first run needs of the window around it. All methods are
// called on the window's thread and return at once.
type Nav interface {
	// Canvas is where the cursor is put.
	Canvas() fyne.Canvas
	// Copy puts text on the clipboard.
	Copy(text string)
	// SaveFile lets a person choose a file; done is not called if they change
	// their mind.
	SaveFile(name string, done func(path string))
	// TryDemo starts another Dormer with its demo, beside this one.
	TryDemo()
}

// A Wizard is the first run in a window. All methods are called on the window's
// thread.
type Wizard struct {
	v    *view.Wizard
	nav  Nav
	done func()

	content  *fyne.Container // always the same; what is in it changes with the language
	language string          // of what is in it
	side     [view.WizardSteps]*parts.Step
	steps    [view.WizardSteps]step
	count    *parts.Text // which step it is, where the side has no room
	title    *parts.Text
	body     *fyne.Container
	scroll   *parts.Scroll
	back, on *parts.Button
	shown    view.WizardStep
	inSight  bool // between Shown and Hidden
	settled  bool // nothing was left to do in the step when it was drawn last
}

// step draws what one step asks.
type step struct {
	title string
	body  fyne.CanvasObject
	draw  func(s view.WizardState)
	focus func() // puts the cursor where a person begins; may be nil
}

// New gives the first run over its state. done is called when a person has come
// to its end or closes it before.
func New(v *view.Wizard, nav Nav, done func()) *Wizard {
	w := &Wizard{v: v, nav: nav, done: done, content: container.NewStack(), shown: -1}
	v.Changed, v.Finished = w.draw, done
	w.build()
	w.draw()
	return w
}

// Content gives what is to be shown, always the same object.
func (w *Wizard) Content() fyne.CanvasObject { return w.content }

// Shown is called when the first run has come into view.
func (w *Wizard) Shown() {
	w.inSight = true
	w.v.Reload()
}

// Hidden is called when it goes. What was typed stays.
func (w *Wizard) Hidden() { w.inSight = false }

// Measures of the picture.
const (
	sideWidth  float32 = 260
	bodyMargin float32 = 44
	bodyWidth  float32 = 640 // at most: lines that are read with ease
)

// build makes all that is shown, in the language that is spoken now.
func (w *Wizard) build() {
	w.language = words.Language()
	w.steps = [view.WizardSteps]step{
		w.welcome(), w.tunnel(), w.client(), w.signIn(), w.people(), w.webhook(), w.test(),
	}
	names := [view.WizardSteps]string{
		words.T("wizard.welcome"), words.T("wizard.tunnel"), words.T("wizard.client"), words.T("wizard.sign_in"),
		words.T("wizard.people"), words.T("wizard.webhook"), words.T("wizard.test"),
	}
	list := parts.Column(6)
	for n, name := range names {
		w.side[n] = parts.NewStep(n+1, name, func() { w.v.GoTo(view.WizardStep(n)) })
		list.Add(w.side[n])
	}
	lost := parts.Column(8,
		parts.NewParagraph(words.T("wizard.lost"), parts.Second),
		parts.Row(0, parts.NewButton(words.T("wizard.close"), parts.Plain, w.done), parts.Fill(nil)))
	top := parts.Column(20, parts.Pad(0, 0, 0, 8, parts.NewText(words.T("wizard.title"), parts.Figure)), list)
	low := parts.Pad(0, 8, 0, 8, lost)
	side := parts.Stand(0, top, nil, low)

	w.count, w.title = parts.NewText("", parts.Second), parts.NewText("", parts.Title)
	w.body = container.NewStack()
	w.scroll = parts.NewScroll(w.body)
	w.back = parts.NewButton(words.T("wizard.back"), parts.Plain, w.v.Back)
	w.on = parts.NewButton("", parts.Primary, w.v.Next)
	closes := parts.NewButton(words.T("wizard.close"), parts.Quiet, w.done)
	w.content.Objects = []fyne.CanvasObject{container.New(&frame{count: w.count, close: closes, list: top, lost: low},
		parts.NewGround(look.ColorSide), side, parts.Column(4, w.count, w.title), w.scroll,
		parts.Row(8, w.back, parts.Fill(nil), closes, w.on))}
	w.shown = -1
}

// draw shows the state.
func (w *Wizard) draw() {
	if w.language != words.Language() {
		w.build()
	}
	s := w.v.State()
	for n, step := range w.side {
		at := view.WizardStep(n)
		step.Set(s.Done[n], at == s.Step, s.Loaded && at <= max(s.Reach, s.Step))
	}
	now := w.steps[s.Step]
	now.draw(s)
	w.title.SetText(now.title)
	w.count.SetText(words.T("wizard.step", "n", strconv.Itoa(int(s.Step)+1), "all", strconv.Itoa(view.WizardSteps)))
	w.on.SetText(parts.Either(s.Step == view.WizardTest, words.T("wizard.finish"), words.T("wizard.continue")))
	parts.Enabled(w.on, s.Ready)
	parts.Visible(w.back, s.Step != view.WizardWelcome)
	moved := w.shown != s.Step
	if moved {
		w.shown = s.Step
		w.body.Objects = []fyne.CanvasObject{now.body}
	}
	w.content.Refresh()
	w.body.Refresh() // what was shown or hidden within keeps the scroll's size
	w.scroll.Refresh()
	if moved {
		w.scroll.ToTop()
	}
	if w.inSight { // else the keyboard belongs to another page
		w.passKeyboard(now, moved, s.Settled())
	}
	w.settled = s.Settled()
}

// passKeyboard puts the cursor where a person begins a step, or goes on from it.
func (w *Wizard) passKeyboard(now step, moved, settled bool) {
	c := w.nav.Canvas()
	if moved {
		c.Unfocus() // what had the keyboard is gone with its step
		if now.focus != nil {
			now.focus()
		}
	}
	if settled && w.shown != view.WizardTest && (c.Focused() == nil || !moved && !w.settled) {
		c.Focus(w.on) // Enter goes on, where there is nothing else to do; it does not end the first run
	}
}

// focusOn puts the cursor on something that can be seen.
func (w *Wizard) focusOn(o fyne.Focusable) {
	if o.(fyne.CanvasObject).Visible() {
		w.nav.Canvas().Focus(o)
	}
}
