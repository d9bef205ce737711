package paperwork

import (
	"cmp"
	"strings"

	"dormer/internal/say"
	"dormer/internal/sheet"
)

// table is what a spreadsheet is made of.
type table interface {
	sheet(r say.Reader) string
	columns(r say.Reader) []sheet.Column
	rows(r say.Reader) [][]any
}

func (l List) sheet(r say.Reader) string { return cmp.Or(l.Name, say.T("paper.materials").For(r)) }

func (List) columns(r say.Reader) []sheet.Column {
	return []sheet.Column{
		{Name: "item", Title: say.T("paper.column.item").For(r)}, {Name: "color", Title: say.T("paper.column.color").For(r)},
		{Name: "sku", Title: say.T("paper.column.sku").For(r)}, {Name: "quantity", Title: say.T("paper.column.quantity").For(r)},
		{Name: "unit", Title: say.T("paper.column.unit").For(r)},
		{Name: "unit_cost", Title: say.T("paper.column.unit_cost").For(r), Format: sheet.Hundredths},
		{Name: "total", Title: say.T("paper.column.total").For(r), Format: sheet.Hundredths},
		{Name: "waste_percent", Title: say.T("paper.column.waste_percent").For(r)}, {Name: "trade", Title: say.T("paper.column.trade").For(r)},
		{Name: "kind", Title: say.T("paper.column.kind").For(r)}, {Name: "notes", Title: say.T("paper.column.notes").For(r)},
	}
}

// rows ends with the list's total.
func (l List) rows(r say.Reader) [][]any {
	all := make([][]any, 0, len(l.Lines)+1)
	for _, i := range l.Lines {
		all = append(all, []any{
			i.Name, text(i.Color), text(i.SKU), cell(i.Quantity), text(i.Unit), cell(i.UnitCost), cell(i.Total), cell(i.Waste), text(i.Trade), text(i.Kind), text(i.Notes),
		})
	}
	if l.Total != nil {
		all = append(all, []any{say.T("paper.total").For(r), nil, nil, nil, nil, nil, *l.Total, nil, nil, nil, nil})
	}
	return all
}

func (c Checklist) sheet(r say.Reader) string {
	return cmp.Or(c.Title, say.T("paper.checklist").For(r))
}

func (Checklist) columns(r say.Reader) []sheet.Column {
	return []sheet.Column{
		{Name: "section", Title: say.T("paper.column.section").For(r)}, {Name: "question", Title: say.T("paper.column.question").For(r)},
		{Name: "answer", Title: say.T("paper.column.answer").For(r)}, {Name: "photos", Title: say.T("paper.column.photos").For(r)},
		{Name: "photo_links", Title: say.T("paper.column.photo_links").For(r)},
	}
}

func (c Checklist) rows(r say.Reader) [][]any {
	all := make([][]any, 0, len(c.Answers))
	for _, a := range c.Answers {
		var links []string
		for _, p := range a.Photos {
			links = append(links, p.URL)
		}
		all = append(all, []any{text(a.Section), a.Question, a.cell(r), len(a.Photos), text(strings.Join(links, "\n"))})
	}
	return all
}

// Says gives the answer in words; zero if there is none.
func (a Answer) Says() say.Text {
	switch {
	case a.Yes == nil:
		return say.Words(a.Answer)
	case *a.Yes:
		return say.T("paper.yes")
	}
	return say.T("paper.no")
}

// cell gives the answer as a cell: a number as a number.
func (a Answer) cell(r say.Reader) any {
	if a.Number != nil {
		return *a.Number
	}
	return text(a.Says().For(r))
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func cell(n *float64) any {
	if n == nil {
		return nil
	}
	return *n
}
