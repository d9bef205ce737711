package sheet

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"
)

type csvTable struct {
	w     *csv.Writer
	comma rune
}

// CSV begins a CSV with the names of its columns: with the mark by which Excel knows UTF-8, and with comma between its
// cells. Where that is a semicolon numbers have a comma for the decimals, as in the locales that want it so. A text that
// a spreadsheet would take for a formula is quoted, as spreadsheets do.
func CSV(w io.Writer, comma rune, columns []Column) (Table, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	t := &csvTable{w: csv.NewWriter(w), comma: comma}
	t.w.Comma = comma
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = c.Name
	}
	return t, t.Row(head...)
}

func (t *csvTable) Row(cells ...any) error {
	row := make([]string, len(cells))
	for i, cell := range cells {
		switch v := of(cell).(type) {
		case string:
			if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
				v = "'" + v
			}
			row[i] = v
		case int:
			row[i] = strconv.Itoa(v)
		case float64:
			row[i] = t.number(v)
		}
	}
	return t.w.Write(row)
}

func (t *csvTable) number(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return ""
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if t.comma == ';' {
		s = strings.Replace(s, ".", ",", 1)
	}
	return s
}

func (t *csvTable) Close() error {
	t.w.Flush()
	return t.w.Error()
}
