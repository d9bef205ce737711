// Package parts holds the widgets and layouts that the pages are made of. A part
// draws what it is given and calls back what a person does; it decides nothing
// and holds no text of its own. Everything that can be tapped can be reached and
// worked by keyboard. Colours are taken from the theme whenever a part is
// refreshed, so that light and dark change while the window is open.
//
// A part of our own stands where Fyne's does not do (v2.8.1):
//
//   - Button, Check, Choice, Select, TextLink, Chip, Tag: Fyne's are pressed by the space bar
//     alone, and keep Enter, Escape, F1 and F5 from the dialog and the window; a scroll does
//     not follow them; its Select changes its choice with Left and Right.
//   - Text, Paragraph: a Label that is shortened or broken asks for no width of its own, and
//     cannot tell the same in fewer characters.
//   - Row, Column, Flow, Stand, Beside: Fyne's boxes and borders ask what wraps for its height
//     before it has a width, and shorten no text for another's sake.
//   - Modal: a modal pop-up is as wide as its content wants, and knows no key.
//   - Field, Search: Fyne's Entry with a box of ours, since a theme for its edge alone costs
//     10 MB. Scroll: Fyne's, with a wheel that entries do not take, and what has the focus
//     in sight.
//   - Marks, signs, bars, tips, timelines and figures there are none of.
//
// Lines, paddings, stacks, menus, lists and what can be selected are Fyne's.
//
// All functions and methods are for the window's thread.
package parts
