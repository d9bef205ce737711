package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Excel's bounds on a text, in characters, and on the name of a sheet.
const (
	maxText = 32_767
	maxName = 31
)

type xlsxTable struct {
	file    *zip.Writer
	sheet   *bufio.Writer
	columns []Column
	rows    int
}

// The styles of cells, as styles.xml lists them: those of the formats first.
const styleHead = int(Hundredths) + 1

const (
	xmlHead     = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS      = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relNS       = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packageNS   = `http://schemas.openxmlformats.org/package/2006`
	typesPrefix = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// parts are those of a workbook beside its one sheet; %s in the workbook is the sheet's name.
var parts = []struct{ name, content string }{
	{"[Content_Types].xml", `<Types xmlns="` + packageNS + `/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + typesPrefix + `sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + typesPrefix + `worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + typesPrefix + `styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="` + packageNS + `/relationships">` +
		`<Relationship Id="rId1" Type="` + relNS + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook ` + mainNS + ` xmlns:r="` + relNS +
		`"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageNS + `/relationships">` +
		`<Relationship Id="rId1" Type="` + relNS + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + relNS + `/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet ` + mainNS + `><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.0"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">` +
		`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs></styleSheet>`},
}

// XLSX begins a workbook of one sheet, with the titles of its columns in the first row, which stays in sight. Rows go to
// w as they come: a long table needs no memory.
func XLSX(w io.Writer, name string, columns []Column) (Table, error) {
	t := &xlsxTable{file: zip.NewWriter(w), columns: columns}
	for _, p := range parts {
		part, err := t.file.Create(p.name)
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(part, xmlHead+strings.Replace(p.content, "%s", escaped(sheetName(name)), 1)); err != nil {
			return nil, err
		}
	}
	sheet, err := t.file.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		return nil, err
	}
	t.sheet = bufio.NewWriter(sheet)
	t.sheet.WriteString(xmlHead + `<worksheet ` + mainNS + `><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, c := range columns {
		width := max(10, utf8.RuneCountInString(c.Title)+2)
		fmt.Fprintf(t.sheet, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, width)
	}
	t.sheet.WriteString(`</cols><sheetData>`)
	t.begin()
	for i, c := range columns {
		t.text(i, styleHead, c.Title)
	}
	return t, t.end()
}

func (t *xlsxTable) Row(cells ...any) error {
	t.begin()
	for i, cell := range cells {
		style := 0
		if i < len(t.columns) {
			style = int(t.columns[i].Format)
		}
		switch v := of(cell).(type) {
		case string:
			if v != "" {
				t.text(i, 0, v)
			}
		case int:
			t.number(i, style, strconv.Itoa(v))
		case float64:
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				t.number(i, style, strconv.FormatFloat(v, 'f', -1, 64))
			}
		}
	}
	return t.end()
}

func (t *xlsxTable) begin() {
	t.rows++
	fmt.Fprintf(t.sheet, `<row r="%d">`, t.rows)
}

// end gives what went wrong so far: a bufio.Writer remembers it.
func (t *xlsxTable) end() error {
	_, err := t.sheet.WriteString(`</row>`)
	return err
}

func (t *xlsxTable) number(column, style int, n string) {
	fmt.Fprintf(t.sheet, `<c r="%s%d" s="%d"><v>%s</v></c>`, letters(column), t.rows, style, n)
}

func (t *xlsxTable) text(column, style int, s string) {
	fmt.Fprintf(t.sheet, `<c r="%s%d" s="%d" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`,
		letters(column), t.rows, style, escaped(cut(s, maxText)))
}

func (t *xlsxTable) Close() error {
	t.sheet.WriteString(`</sheetData></worksheet>`)
	if err := t.sheet.Flush(); err != nil {
		return err
	}
	return t.file.Close()
}

// letters names a column: A, B, … Z, AA.
func letters(column int) (name string) {
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}

// escaped makes text part of XML. What XML has no character for becomes the replacement character.
func escaped(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a buffer takes all
	return b.String()
}

// sheetName makes a name that Excel takes.
func sheetName(s string) string {
	s = cut(strings.Trim(strings.NewReplacer(":", " ", `\`, " ", "/", " ", "?", " ", "*", " ", "[", "(", "]",
		")").Replace(s), " '"), maxName)
	if s == "" {
		return "Sheet1"
	}
	return s
}

// cut gives the first characters of a text, as Excel counts them: in UTF-16.
func cut(s string, most int) string {
	n := 0
	for i, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
		if n > most {
			return s[:i]
		}
	}
	return s
}
