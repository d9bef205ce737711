package page

import (
	"fyne.io/fyne/v2"

	"dormer/app/parts"
)

// kept draws a list in a container that holds nothing else. What was made for earlier
// ones is kept, with the focus that it may have; what is left over is hidden.
func kept[R interface{ draw(S) }, S any](
	rows []R, in *fyne.Container, list []S, add func() (row R, content fyne.CanvasObject),
) []R {
	for len(rows) < len(list) {
		row, content := add()
		rows = append(rows, row)
		in.Add(content)
	}
	for i, r := range rows {
		parts.Visible(in.Objects[i], i < len(list))
		if i < len(list) {
			r.draw(list[i])
		}
	}
	return rows
}
