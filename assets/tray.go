package assets

import _ "embed"

// The tray's icons, 64 × 64 pixels, one for each state that the tray can tell.
// They differ in shape as well as in colour, in a slate that is seen on light and
// dark panels. Each is drawn from the SVG of its name with
//
//	rsvg-convert -w 64 -h 64 tray-well.svg -o tray-well.png
var (
	// TrayWell is the mark alone: a webhook posted now would arrive.
	//
	//go:embed tray-well.png
	TrayWell []byte

	// TrayWorking adds a still dot: jobs are being measured.
	//
	//go:embed tray-working.png
	TrayWorking []byte

	// TrayAttention adds a square with an exclamation mark: a person is needed.
	//
	//go:embed tray-attention.png
	TrayAttention []byte

	// TrayOffline is struck through: there is no connection.
	//
	//go:embed tray-offline.png
	TrayOffline []byte

	// TraySetup has an empty window and a hollow ring: not set up yet.
	//
	//go:embed tray-setup.png
	TraySetup []byte
)
