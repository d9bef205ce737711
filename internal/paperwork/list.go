package paperwork

import (
	"cmp"
	"errors"
	"math"

	"dormer/internal/hover"
)

// List is a material list, as Hover's page "Show Estimate Details" gives it. What Hover
// does not say, or what cannot be read, is empty or nil.
type List struct {
	Job       hover.JobID   `json:"job_id"`
	Model     hover.ModelID `json:"model_id,omitempty"`
	Structure string        `json:"structure,omitempty"`
	Name      string        `json:"name"`
	By        string        `json:"by"`    // whose it is
	Total     *float64      `json:"total"` // in dollars
	Lines     []Line        `json:"items"`
}

// Line is one line of a material list.
type Line struct {
	Name     string   `json:"name"`
	Color    string   `json:"color,omitempty"`
	SKU      string   `json:"sku,omitempty"`
	Quantity *float64 `json:"quantity"`
	Unit     string   `json:"unit"`      // as Hover writes it: PIECES, SQUARES
	UnitCost *float64 `json:"unit_cost"` // in dollars
	Total    *float64 `json:"total"`     // in dollars
	Waste    *float64 `json:"waste_percent"`
	Trade    string   `json:"trade,omitempty"` // ROOFING, SIDING
	Kind     string   `json:"kind,omitempty"`  // MATERIAL, LABOR
	Notes    string   `json:"notes,omitempty"`
}

// ErrUnread says that a reply is none of what was asked for.
var ErrUnread = errors.New("paperwork: the reply is not understood")

// ReadList reads a reply about a material list. Odd fields cost only themselves.
func ReadList(reply []byte) (List, error) {
	if len(reply) > maxReply {
		return List{}, ErrUnread
	}
	f := unwrapped(reply, "listitems", "items", "lineitems", "totalprice")
	if f == nil {
		return List{}, ErrUnread
	}
	items, group := f["listitems"], f.in("estimategroup")
	if items == nil {
		items = f["lineitems"]
	}
	if items == nil {
		items = f["items"]
	}
	if items == nil && f["totalprice"] == nil && f["name"] == nil {
		return List{}, ErrUnread
	}
	l := List{
		Name: f.text("name", "title"), By: f.in("user").person(),
		Job:       id[hover.JobID](f.in("salesopportunity").in("job"), "id"),
		Model:     id[hover.ModelID](group, "modelid"),
		Structure: group.text("modeltitle"),
		Total:     f.number("totalprice", "totalcost", "salesestimatesum"),
	}
	if l.Job == "" {
		l.Job = cmp.Or(id[hover.JobID](f.in("job"), "id"), id[hover.JobID](f, "jobid"))
	}
	for _, e := range elements(items) {
		if line, ok := readLine(e); ok {
			l.Lines = append(l.Lines, line)
		}
	}
	if l.Total == nil {
		l.Total = l.sum()
	}
	return l, nil
}

func readLine(b []byte) (Line, bool) {
	f := fieldsOf(b)
	l := Line{
		Name: f.text("name", "description", "title"), Color: f.text("color"), SKU: f.text("sku"), Notes: f.text("notes"),
		Quantity: f.number("quantity", "calculatedquantity"), Unit: f.text("quantityunits", "quantityunit", "units", "unit"),
		UnitCost: f.number("unitcost", "unitprice"), Total: f.number("totalprice", "totalcost", "pretaxcost"),
		Trade: f.text("tradetype", "trade"), Kind: f.text("type", "kind"), Waste: percent(f.number("wastefactor", "waste")),
	}
	return l, l.Name != "" || l.SKU != ""
}

// percent gives a factor as a percentage: Hover writes ten percent as 0.1 (its page),
// and was seen to write it as 10.
func percent(factor *float64) *float64 {
	if factor == nil || *factor < 0 || *factor > 100 {
		return nil
	}
	p := *factor
	if p < 1 {
		p = math.Round(p*1e6) / 1e4
	}
	return &p
}

// sum adds the lines up, if all of them say what they come to.
func (l List) sum() *float64 {
	all := 0.0
	for _, line := range l.Lines {
		if line.Total == nil {
			return nil
		}
		all += *line.Total
	}
	if len(l.Lines) == 0 {
		return nil
	}
	all = math.Round(all*100) / 100
	return &all
}
