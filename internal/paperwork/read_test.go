package paperwork_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	_ "dormer/internal/hermetic"
	"dormer/internal/paperwork"
)

func num(f float64) *float64 { return &f }

// The reply of Hover's page "Show Estimate Details", shortened.
const hoversList = `{"contractTotalPrice":0,"materialTotalCost":1497.2,"name":"Siding","totalCost":1497.2,"totalDiscount":0,"totalPrice":1497.2,
"estimateGroup":{"modelTitle":"Frankie Ford","modelId":"18912673","estimates":[{"template":{"id":1266316,"name":"Board and Batten","tradeType":"SIDING"}}]},
"user":{"id":2193383,"firstName":"Morgan","lastName":"Long","email":"m@example.com"},
"salesOpportunity":{"id":836837,"job":{"locationLine1":"1104 Bills Street","id":18928172,"externalIdentifier":""}},
"listItems":[{"calculatedQuantity":75.41875,"color":null,"coverage":0.32,"name":"3/8\"x48\"x8' No Groove Square Edge Board","notes":"","pretaxCost":1497.2,
"quantity":76,"quantityUnits":"PIECES","sku":null,"totalCost":1497.2,"totalPrice":1497.2,"tradeType":"SIDING","type":"MATERIAL","unitCost":19.7,"wasteFactor":0.1,"id":19560826}]}`

func TestAMaterialListIsReadAsHoverWritesIt(t *testing.T) {
	want := paperwork.List{
		Job: "18928172", Model: "18912673", Structure: "Frankie Ford", Name: "Siding", By: "Morgan Long", Total: num(1497.2),
		Lines: []paperwork.Line{{
			Name: `3/8"x48"x8' No Groove Square Edge Board`, Quantity: num(76), Unit: "PIECES", UnitCost: num(19.7), Total: num(1497.2), Waste: num(10),
			Trade: "SIDING", Kind: "MATERIAL",
		}},
	}
	for name, reply := range map[string]string{
		"as its page has it": hoversList,
		"in an object":       `{"estimate":` + hoversList + `}`,
		"in a list":          `{"data":[` + hoversList + `]}`,
		"numbers as texts":   strings.NewReplacer(`:1497.2`, `:"$1,497.20"`, `:76,`, `:"76",`, `:19.7,`, `:"19.70",`).Replace(hoversList),
		"snake case": strings.NewReplacer("totalPrice", "total_price", "listItems", "list_items", "quantityUnits", "quantity_units", "unitCost", "unit_cost",
			"estimateGroup", "estimate_group", "modelId", "model_id", "modelTitle", "model_title", "firstName", "first_name", "lastName", "last_name",
			"salesOpportunity", "sales_opportunity", "tradeType", "trade_type", "wasteFactor", "waste_factor").Replace(hoversList),
		"as GraphQL writes lists": strings.NewReplacer(`"listItems":[`, `"listItems":{"edges":[{"node":`, `"id":19560826}]}`, `"id":19560826}}]}}`).Replace(hoversList),
	} {
		if got, err := paperwork.ReadList([]byte(reply)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s, %v", name, asJSON(got), err)
		}
	}
}

func TestWhatAListDoesNotSayIsNotInvented(t *testing.T) {
	for reply, want := range map[string]string{
		// The total is that of the lines, if all of them have one.
		`{"listItems":[{"name":"a","totalCost":1.5},{"name":"b","totalPrice":"2"}]}`: `{"job_id":"","name":"","by":"","total":3.5,"items":[{"name":"a","quantity":null,"unit":"","unit_cost":null,"total":1.5,"waste_percent":null},{"name":"b","quantity":null,"unit":"","unit_cost":null,"total":2,"waste_percent":null}]}`,
		`{"listItems":[{"name":"a","totalCost":1.5},{"name":"b"}]}`:                  `{"job_id":"","name":"","by":"","total":null,"items":[{"name":"a","quantity":null,"unit":"","unit_cost":null,"total":1.5,"waste_percent":null},{"name":"b","quantity":null,"unit":"","unit_cost":null,"total":null,"waste_percent":null}]}`,
		// A part of a number is none; what has no name is no line.
		`{"name":"Roof","listItems":[{"name":"a","quantity":"2 of 3","unitCost":"1.234,50","wasteFactor":-1},{"quantity":3},7,null]}`: `{"job_id":"","name":"Roof","by":"","total":null,"items":[{"name":"a","quantity":null,"unit":"","unit_cost":null,"total":null,"waste_percent":null}]}`,
		`{"name":"Roof","listItems":{},"totalPrice":[1],"user":7,"salesOpportunity":"x","estimateGroup":[]}`:                          `{"job_id":"","name":"Roof","by":"","total":null,"items":null}`,
		`{"name":"x","listItems":[{"name":"a","wasteFactor":10}],"job":{"id":"7"},"user":{"email":"m@example.com"}}`:                  `{"job_id":"7","name":"x","by":"m@example.com","total":null,"items":[{"name":"a","quantity":null,"unit":"","unit_cost":null,"total":null,"waste_percent":10}]}`,
	} {
		if got, err := paperwork.ReadList([]byte(reply)); err != nil || asJSON(got) != want {
			t.Errorf("%s\n is %s, %v\nnot %s", reply, asJSON(got), err, want)
		}
	}
	for _, reply := range []string{``, `null`, `[]`, `7`, `"x"`, `{}`, `{"error":"not found"}`, `<html>`, `{"listItems":`, strings.Repeat(" ", 5<<20) + hoversList} {
		if got, err := paperwork.ReadList([]byte(reply)); err == nil {
			t.Errorf("%.40s is read as %s", reply, asJSON(got))
		}
	}
}

const hoversChecklist = `{"id":"bd24ea34-abba-4b94-a030-397726578522","job_id":9735525,"questions":[
{"id":"b","sort_order":1,"question_type":"boolean","question_text":"Broken windows?","answer_value":"Nothing broken yet ;)","images":[{"redirect_url":"http://ehi.hover.to/rails/active_storage/blobs/redirect/x"}]},
{"id":"a","sort_order":0,"question_type":"string","question_text":"Property owner's name?","answer_value":"Testy McUser","images":[]},
{"id":"c","sort_order":2,"question_type":"boolean","question_text":"A satellite dish?","answer_value":true,"images":null},
{"id":"d","sort_order":3,"question_type":"number","question_text":"Layers","answer_value":"2"},
{"id":"e","sort_order":4,"question_type":"select","question_text":"Color","answer_value":["red",{"label":"blue"}]},
{"id":"f","sort_order":5,"question_type":"string","question_text":"House number","answer_value":"0012"}],
"pdf_url":"https://hover.to/x.pdf"}`

const hoversInspection = `{"id":3066,"title":"Exterior Storm Damage","state":"submitted","submitted_at":"2025-01-28T20:20:29.365Z","inspector":{"id":1,"name":"Michael Bluth"},
"type":"damage","job":{"id":14669097,"claim_id":null},"sections":[{"name":"From Ground","sort_order":2,"task_groups":[{"name":"Right","sort_order":2,"kind":null,"tasks":[
{"name":"Windows and Screens","sort_order":1,"kind":"photo_capture","description":"","captured_photos":[]}]},{"name":"Front","sort_order":1,"tasks":[
{"name":"Front of House","sort_order":1,"kind":"photo_capture","captured_photos":[{"pretty_filename":"front_2","sort_order":2,"urls":{"w480":"https://hover.to/b480"}},
{"pretty_filename":"front_1","sort_order":1,"urls":{"original":"https://hover.to/a","w480":"https://hover.to/a480"}}]}]}]},
{"name":"Roof","sort_order":1,"task_groups":[{"name":"Roof","tasks":[{"name":"Layers?","kind":"number","answer":2}]}]}]}`

func TestChecklistsAndInspectionsAreReadAsHoverWritesThem(t *testing.T) {
	for reply, want := range map[string]string{
		hoversChecklist: `{"job_id":"9735525","title":"","state":"","by":"","pdf_url":"https://hover.to/x.pdf","answers":[
{"question":"Property owner's name?","kind":"string","answer":"Testy McUser","photos":[]},
{"question":"Broken windows?","kind":"boolean","answer":"Nothing broken yet ;)","photos":[{"url":"http://ehi.hover.to/rails/active_storage/blobs/redirect/x"}]},
{"question":"A satellite dish?","kind":"boolean","answer":"yes","yes":true,"photos":[]},{"question":"Layers","kind":"number","answer":"2","number":2,"photos":[]},
{"question":"Color","kind":"select","answer":"red, blue","photos":[]},{"question":"House number","kind":"string","answer":"0012","photos":[]}]}`,
		hoversInspection: `{"job_id":"14669097","title":"Exterior Storm Damage","state":"submitted","by":"Michael Bluth","submitted_at":"2025-01-28T20:20:29.365Z","answers":[
{"section":"Roof","question":"Layers?","kind":"number","answer":"2","number":2,"photos":[]},
{"section":"From Ground, Front","question":"Front of House","kind":"photo_capture","answer":"","photos":[{"name":"front_1","url":"https://hover.to/a"},{"name":"front_2","url":"https://hover.to/b480"}]},
{"section":"From Ground, Right","question":"Windows and Screens","kind":"photo_capture","answer":"","photos":[]}]}`,
		`{"checklist":{"questions":[{"question_text":"a","answer_value":{"value":"yes"},"question_type":"boolean"},{"images":[{"redirect_url":"javascript:alert(1)"}]},3]}}`: `{"job_id":"","title":"","state":"","by":"","answers":[{"question":"a","kind":"boolean","answer":"yes","yes":true,"photos":[]}]}`,
	} {
		got, err := paperwork.ReadChecklist([]byte(reply))
		if err != nil || asJSON(got) != strings.ReplaceAll(want, "\n", "") {
			t.Errorf("%s, %v\nnot %s", asJSON(got), err, want)
		}
	}
	for _, reply := range []string{``, `null`, `[]`, `{}`, `{"questions":null}`, `{"error":"not found"}`, `<html>`} {
		if got, err := paperwork.ReadChecklist([]byte(reply)); err == nil {
			t.Errorf("%s is read as %s", reply, asJSON(got))
		}
	}
}

func TestTheListsOfAJobAreReadInEveryShape(t *testing.T) {
	made := time.Date(2026, 4, 1, 17, 50, 33, 0, time.UTC)
	for _, reply := range []string{
		`{"jobId":18928172,"jobExternalIdentifier":"","productionLists":[{"productionListId":715622,"name":"Siding","createdAt":"2026-04-01T17:50:33Z"}]}`,
		`{"data":{"production_lists":[{"production_list_id":"715622","name":"Siding","created_at":"2026-04-01T17:50:33Z"},{"name":"no id"},7]}}`,
		`{"results":[{"id":715622,"name":"Siding","createdAt":"2026-04-01T17:50:33.000Z"}],"pagination":{"current_page":1}}`,
	} {
		got, err := paperwork.ReadListed([]byte(reply))
		if err != nil || len(got) != 1 || got[0].ID != "715622" || got[0].Name != "Siding" || !got[0].CreatedAt.Equal(made) {
			t.Errorf("%s is read as %+v, %v", reply, got, err)
		}
	}
	if got, err := paperwork.ReadListed([]byte(`{"productionLists":[]}`)); err != nil || len(got) != 0 {
		t.Errorf("of a job without lists: %+v, %v", got, err)
	}
	for _, reply := range []string{``, `null`, `{}`, `{"error":"not found"}`, `<html>`} {
		if got, err := paperwork.ReadListed([]byte(reply)); err == nil {
			t.Errorf("%s is read as %+v", reply, got)
		}
	}
}

func asJSON(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// Whatever comes, it is refused or read within bounds, can be written in every format,
// and what was read of numbers is a number.
func FuzzReplies(f *testing.F) {
	for _, reply := range []string{hoversList, hoversChecklist, hoversInspection, `{"data":[{"estimate":{"listItems":{"nodes":[{}]}}}]}`, `{"questions":[{"answer_value":1e400}]}`} {
		f.Add([]byte(reply))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		if l, err := paperwork.ReadList(reply); err == nil {
			for _, line := range l.Lines {
				for _, n := range []*float64{line.Quantity, line.UnitCost, line.Total, line.Waste} {
					if n != nil && (math.IsNaN(*n) || math.IsInf(*n, 0)) {
						t.Errorf("%v is no number", *n)
					}
				}
			}
			writeAll(t, paperwork.Materials, reply)
		}
		if all, err := paperwork.ReadListed(reply); err == nil {
			for _, l := range all {
				if l.ID == "" {
					t.Error("a list without an id")
				}
			}
		}
		if _, err := paperwork.ReadChecklist(reply); err == nil {
			writeAll(t, paperwork.Checklists, reply)
		}
	})
}
