// Package page draws the window's pages, one file each. A page shows the state
// that its part of view holds and hands on what a person does; it decides nothing.
package page

import (
	"fyne.io/fyne/v2"

	"dormer/internal/hover"
)

// A Page is one page of the window. All methods are called on the window's
// thread.
type Page interface {
	// Content is what the page consists of, always the same object.
	Content() fyne.CanvasObject
	// Shown is called when the page has come into view, Hidden when it goes.
	Shown()
	Hidden()
}

// inSight is what all pages share: what they consist of, and whose state is told when they
// come into view and go.
type inSight struct {
	content fyne.CanvasObject
	state   interface {
		Shown()
		Hidden()
	}
}

// Content implements [Page].
func (p *inSight) Content() fyne.CanvasObject { return p.content }

// Shown implements [Page].
func (p *inSight) Shown() { p.state.Shown() }

// Hidden implements [Page].
func (p *inSight) Hidden() { p.state.Hidden() }

// Nav is how a page leads elsewhere and reaches the window around it. All
// methods are called on the window's thread and return at once.
type Nav interface {
	// ShowJob shows one job; ShowHealth and ShowWizard show their pages, ShowSignIn
	// the step of the wizard in which a person signs in.
	ShowJob(id hover.JobID)
	ShowHealth()
	ShowWizard()
	ShowSignIn()
	// ShowSettings shows the settings, scrolled to a section if it names one.
	ShowSettings(section string)
	// ShowEvents shows the activity of one job.
	ShowEvents(id hover.JobID)
	// AskForPhotos opens the form for a capture request, filled with what is known of a
	// job; NewCapture opens it as it was left.
	AskForPhotos(id hover.JobID)
	NewCapture()
	// Pick opens the picker of a job's structures.
	Pick(id hover.JobID)
	// Canvas is where dialogs are put.
	Canvas() fyne.Canvas
	// Copy puts text on the clipboard.
	Copy(text string)
	// ChooseFolder and SaveFile let a person choose; done is not called if they
	// change their mind.
	ChooseFolder(start string, done func(path string))
	SaveFile(name string, done func(path string))
}
