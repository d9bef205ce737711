package page

import (
	"runtime"

	"fyne.io/fyne/v2"

	"dormer/app/parts"
	"dormer/internal/words"
)

// ShowHelp opens the sheet of what the keys do.
func ShowHelp(nav Nav) {
	rows := parts.Column(8)
	ctrl := parts.Either(runtime.GOOS == "darwin", "Cmd", "Ctrl")
	for _, k := range [][2]string{
		{words.T("help.search_key", "ctrl", ctrl), words.T("help.search")},
		{words.T("help.pages_key", "ctrl", ctrl), words.T("help.pages")},
		{words.T("help.print_key", "ctrl", ctrl), words.T("help.print")},
		{words.T("help.mail_key", "ctrl", ctrl), words.T("help.mail")},
		{words.T("help.capture_key", "ctrl", ctrl), words.T("help.capture")},
		{words.T("help.rows_key"), words.T("help.rows")},
		{words.T("help.menu_key"), words.T("help.menu")},
		{words.T("help.enter_key"), words.T("help.enter")},
		{words.T("help.tab_key"), words.T("help.tab")},
		{words.T("help.back_key"), words.T("help.back")},
		{words.T("help.refresh_key"), words.T("help.refresh")},
		{words.T("help.settings_key", "ctrl", ctrl), words.T("help.settings")},
		{words.T("help.text_size_key", "ctrl", ctrl), words.T("help.text_size")},
		{words.T("help.quit_key", "ctrl", ctrl), words.T("help.quit")},
		{words.T("help.help_key"), words.T("help.help")},
	} {
		rows.Add(helpRow(k[0], k[1]))
	}
	var box *parts.ModalBox
	done := parts.NewButton(words.T("help.close"), parts.Plain, func() { box.Close() })
	box = parts.Modal(nav.Canvas(), parts.NewDialog(words.T("help.title"), rows, done))
	nav.Canvas().Focus(done)
}

// helpKeys is the width of the column of keys.
const helpKeys = 150

func helpRow(key, does string) fyne.CanvasObject {
	return parts.Row(0, parts.AtLeast(helpKeys, 0, parts.NewText(key, parts.Bold)), parts.Fill(parts.NewText(does, parts.Dim)))
}
