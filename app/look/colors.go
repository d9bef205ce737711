package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// The colours that Fyne has no name for. A state has two: the one it is written
// in, and the tint that is written on (its name ends in On).
const (
	ColorPanel     fyne.ThemeColorName = "dormer.panel" // cards, fields, the chosen row
	ColorSide      fyne.ThemeColorName = "dormer.side"  // the navigation at the left
	ColorDim       fyne.ThemeColorName = "dormer.dim"   // second lines
	ColorLine      fyne.ThemeColorName = "dormer.line"  // hairlines
	ColorEdge      fyne.ThemeColorName = "dormer.edge"  // around fields
	ColorTrack     fyne.ThemeColorName = "dormer.track" // what a progress bar runs on, pictures' ground
	ColorDone      fyne.ThemeColorName = "dormer.done"
	ColorDoneOn    fyne.ThemeColorName = "dormer.doneOn"
	ColorWorking   fyne.ThemeColorName = "dormer.working"
	ColorWorkingOn fyne.ThemeColorName = "dormer.workingOn"
	ColorFailed    fyne.ThemeColorName = "dormer.failed"
	ColorFailedOn  fyne.ThemeColorName = "dormer.failedOn"
	ColorWaiting   fyne.ThemeColorName = "dormer.waiting"
	ColorWaitingOn fyne.ThemeColorName = "dormer.waitingOn"
	ColorOnPrimary                     = theme.ColorNameForegroundOnPrimary // text on slate and on every strong colour
	ColorDimmed    fyne.ThemeColorName = "dormer.dimmed"                    // what lies over the window behind a dialog
)

// A palette gives every colour name its colour.
type palette map[fyne.ThemeColorName]color.NRGBA

// tones are the colours that a palette is made of.
type tones struct {
	background, panel, side, ink, dim, line, slate, onSlate              uint32
	done, doneOn, working, workingOn, failed, failedOn                   uint32
	waiting, waitingOn                                                   uint32
	track, edge, rim, sunk, faint, shadow                                uint32
	hover, pressed, focus, selection, bar, barGround, shade, behindModal uint8 // opacities
}

// light is paper in daylight.
var light = tones{
	background: 0xF6F4F1, panel: 0xFFFFFF, side: 0xECE8E2, ink: 0x23282E, dim: 0x5C636D, line: 0xDDD7CE,
	slate: 0x2B6777, onSlate: 0xFFFFFF,
	done: 0x256B43, doneOn: 0xE3F1E8, working: 0x8A5200, workingOn: 0xFBEFD9,
	failed: 0xA8322A, failedOn: 0xF8E3E1, waiting: 0x4F5490, waitingOn: 0xE9E9F6,
	track: 0xE6E1D9, edge: 0xD3CCC2, rim: 0x8A847A, sunk: 0xEAE6DF, faint: 0x60676F, shadow: 0x23282E,
	hover: 0x0D, pressed: 0x1F, focus: 0x33, selection: 0x33, bar: 0x66, barGround: 0x0D, shade: 0x2E, behindModal: 0x66,
}.mix()

// dark is the same workshop in the evening.
var dark = tones{
	background: 0x1B1E22, panel: 0x24282E, side: 0x16191C, ink: 0xECEAE6, dim: 0x9AA2AC, line: 0x343A42,
	slate: 0x4FA3B8, onSlate: 0x0E1518,
	done: 0x6CC490, doneOn: 0x1F3A2B, working: 0xE3A54A, workingOn: 0x3D3019,
	failed: 0xEE857C, failedOn: 0x42211F, waiting: 0xA5A9E8, waitingOn: 0x2A2C48,
	track: 0x343A42, edge: 0x414851, rim: 0x78818C, sunk: 0x2B3036, faint: 0x9098A2, shadow: 0x000000,
	hover: 0x0A, pressed: 0x26, focus: 0x40, selection: 0x4D, bar: 0x66, barGround: 0x0D, shade: 0x66, behindModal: 0x99,
}.mix()

// mix gives every name that Fyne and our parts ask for its colour.
func (t tones) mix() palette {
	return palette{
		ColorPanel: solid(t.panel), ColorSide: solid(t.side), ColorDim: solid(t.dim), ColorLine: solid(t.line),
		ColorTrack: solid(t.track), ColorEdge: solid(t.edge), ColorDone: solid(t.done), ColorDoneOn: solid(t.doneOn),
		ColorWorking: solid(t.working), ColorWorkingOn: solid(t.workingOn),
		ColorFailed: solid(t.failed), ColorFailedOn: solid(t.failedOn),
		ColorWaiting: solid(t.waiting), ColorWaitingOn: solid(t.waitingOn),
		ColorDimmed: glass(t.shadow, t.behindModal),

		theme.ColorNameBackground:          solid(t.background),
		theme.ColorNameForeground:          solid(t.ink),
		theme.ColorNamePrimary:             solid(t.slate),
		theme.ColorNameForegroundOnPrimary: solid(t.onSlate),
		theme.ColorNameHyperlink:           solid(t.slate),
		theme.ColorNameButton:              solid(t.panel),
		theme.ColorNameDisabledButton:      solid(t.sunk),
		theme.ColorNameDisabled:            solid(t.faint),
		theme.ColorNamePlaceHolder:         solid(t.dim),
		theme.ColorNameInputBackground:     solid(t.panel),
		theme.ColorNameInputBorder:         solid(t.rim),
		theme.ColorNameMenuBackground:      solid(t.panel),
		theme.ColorNameOverlayBackground:   solid(t.panel),
		theme.ColorNameHeaderBackground:    solid(t.side),
		theme.ColorNameSeparator:           solid(t.line),

		theme.ColorNameSuccess:             solid(t.done),
		theme.ColorNameForegroundOnSuccess: solid(t.onSlate),
		theme.ColorNameWarning:             solid(t.working),
		theme.ColorNameForegroundOnWarning: solid(t.onSlate),
		theme.ColorNameError:               solid(t.failed),
		theme.ColorNameForegroundOnError:   solid(t.onSlate),

		theme.ColorNameInnerWindowBorder:         solid(t.line),
		theme.ColorNameInnerWindowBorderInactive: solid(t.line),

		theme.ColorNameHover:               glass(t.ink, t.hover),
		theme.ColorNamePressed:             glass(t.ink, t.pressed),
		theme.ColorNameFocus:               glass(t.slate, t.focus),
		theme.ColorNameSelection:           glass(t.slate, t.selection),
		theme.ColorNameScrollBar:           glass(t.dim, t.bar),
		theme.ColorNameScrollBarBackground: glass(t.ink, t.barGround),
		theme.ColorNameShadow:              glass(t.shadow, t.shade),
	}
}

// solid gives 0xRRGGBB as a colour.
func solid(rgb uint32) color.NRGBA { return glass(rgb, 0xFF) }

// glass gives 0xRRGGBB with an opacity.
func glass(rgb uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: alpha}
}
