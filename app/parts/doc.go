// Package parts holds the widgets and layouts that the pages are made of. A part
// draws what it is given and calls back what a person does; it decides nothing
// and holds no text of its own. Everything that can be tapped can be reached and
// worked by keyboard. Colours are taken from the theme whenever a part is
// refreshed, so that light and dark change while the window is open.
//
// All functions and methods are for the window's thread.
package parts
