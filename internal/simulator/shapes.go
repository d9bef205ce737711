package simulator

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"dormer/internal/hover"
)

// Shape is a way in which replies and events were seen (in public clients, real
// exports, older pages) other than Hover documents for v3.
type Shape string

// The shapes. Each is by itself, and they can be combined.
const (
	ShapeArchivedFlag   Shape = "archived_flag"   // "archived": true, as v2 says it
	ShapeArchivedUnsaid Shape = "archived_unsaid" // neither that nor "archived_at"
	ShapeReasonOnJob    Shape = "reason_on_job"   // why a structure failed stands at the job alone
	ShapeLongIDs        Shape = "long_ids"        // "model_id" in place of "id"
	ShapeRelativeLinks  Shape = "relative_links"  // "/api/v3/…"
	ShapeFlatLinks      Shape = "flat_links"      // "pdf_url" and "wireframe_front" directly under "artifacts"
	ShapeJSONVersions   Shape = "json_versions"   // "json": {"full": …, "summarized": …}
	ShapePaintOnly      Shape = "paint_only"      // of the JSON only the painter's version is linked
	ShapeTwoXMLs        Shape = "two_xmls"        // "cad_exports": {"xml": …, "xml_v2": …}
	ShapeThinSummary    Shape = "thin_summary"    // the summaries hold areas alone; the details are whole
	ShapeFeetAndInches  Shape = "feet_and_inches" // lengths as texts, 118' 9"
	ShapeJobInEvent     Shape = "job_in_event"    // events hold their job as an object
	ShapeUserOwner      Shape = "user_owner"      // the sign-in is a person's: "owner_type": "User"
	ShapeSnakeCase      Shape = "snake_case"      // papers with "list_items" for "listItems"
	ShapeTextNumbers    Shape = "text_numbers"    // papers with quantities and money as texts, "$1,497.20"
	ShapeThinPapers     Shape = "thin_papers"     // papers that do not say whose they are, nor of which job, nor totals
	ShapeWrapped        Shape = "wrapped"         // papers in an object: {"estimate": {…}}
)

// shape says whether a shape is switched on; callers hold mu.
func (s *Simulator) shape(of Shape) bool { return slices.Contains(s.faults.Shapes, of) }

func (s *Simulator) shapedJob(j *jobRow, reply map[string]any) map[string]any {
	if s.shape(ShapeArchivedFlag) || s.shape(ShapeArchivedUnsaid) {
		delete(reply, "archived_at")
	}
	if s.shape(ShapeArchivedFlag) {
		reply["archived"] = j.archived
	}
	return reply
}

func (s *Simulator) shapedModel(reply map[string]any) map[string]any {
	if s.shape(ShapeReasonOnJob) {
		delete(reply, "failure_reason")
	}
	if s.shape(ShapeLongIDs) {
		reply["model_id"] = reply["id"]
		delete(reply, "id")
	}
	if s.shape(ShapeRelativeLinks) {
		return relative(reply, s.apiURL).(map[string]any)
	}
	return reply
}

// relative takes the simulator's own address from all links below v.
func relative(v any, base string) any {
	switch v := v.(type) {
	case string:
		return strings.TrimPrefix(v, base)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			out[k] = relative(inner, base)
		}
		return out
	case []map[string]any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = relative(inner, base)
		}
		return out
	}
	return v
}

func (s *Simulator) shapedLinks(links map[string]any) map[string]any {
	measurements, _ := links["measurements"].(map[string]any)
	if link, ok := measurements["json"].(string); ok {
		file, _, _ := strings.Cut(link, "?")
		if s.shape(ShapeJSONVersions) {
			measurements["json"] = map[string]any{
				"full": file + "?version=full_json", "summarized": file + "?version=summarized_json",
			}
		}
		if s.shape(ShapePaintOnly) {
			measurements["json"] = file + "?version=paint_measurements"
		}
	}
	if cad, ok := links["cad"].(map[string]any); ok && s.shape(ShapeTwoXMLs) {
		v2 := fmt.Sprint(cad["xml"])
		delete(cad, "xml")
		links["cad_exports"] = map[string]any{
			"skp": nil, "dwg": nil, "dxf": nil, "xml": strings.TrimSuffix(v2, "?version=v2"), "xml_v2": v2,
		}
	}
	if s.shape(ShapeFlatLinks) {
		for k, link := range measurements {
			links[k+"_url"] = link
		}
		wireframes, _ := links["wireframe_images"].(map[string]any)
		for k, link := range wireframes {
			links["wireframe_"+k] = link
		}
		delete(links, "measurements")
		delete(links, "wireframe_images")
	}
	return links
}

// shapedEvent puts an event's job into an object of its own.
func (s *Simulator) shapedEvent(body map[string]any) map[string]any {
	if _, ok := body["job_id"]; !ok || !s.shape(ShapeJobInEvent) {
		return body
	}
	job := map[string]any{"id": body["job_id"], "external_identifier": body["job_external_identifier"]}
	if body["event"] == hover.EventJobState || body["event"] == hover.EventJobStateV2 {
		job["state"], job["estimated_hours_to_completion"] = body["state"], body["job_estimated_hours_to_completion"]
		delete(body, "state")
	}
	maps.DeleteFunc(body, func(k string, _ any) bool { return strings.HasPrefix(k, "job_") })
	body["job"] = job
	return body
}

// thin leaves of a summary the roof's area, and where the house is.
func thin(summary map[string]any) map[string]any {
	less := maps.Clone(summary)
	for _, part := range []string{"area", "openings", "siding_waste", "trim", "roofline", "corners", "accessories"} {
		delete(less, part)
	}
	if roof, ok := summary["roof"].(map[string]any); ok {
		less["roof"] = map[string]any{"roof_facets": roof["roof_facets"]}
	}
	return less
}

// inFeetAndInches writes all lengths below v as the PDF prints them.
func inFeetAndInches(v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if f, ok := inner.(float64); ok && (k == "length" || k == "perimeter") {
				in := math.Round(f * 12)
				v[k] = fmt.Sprintf(`%.0f' %.0f"`, math.Floor(in/12), math.Mod(in, 12))
			}
			inFeetAndInches(inner)
		}
	case []any:
		for _, inner := range v {
			inFeetAndInches(inner)
		}
	}
}

// shapedPaper gives a reply about a paper in the shapes that are switched on; callers
// hold mu.
func (s *Simulator) shapedPaper(what string, reply map[string]any) map[string]any {
	if s.shape(ShapeThinPapers) {
		reply = thinPaper(reply)
	}
	if s.shape(ShapeTextNumbers) {
		reply = textNumbers(reply, "").(map[string]any)
	}
	if s.shape(ShapeSnakeCase) {
		reply = snakeCase(reply).(map[string]any)
	}
	if s.shape(ShapeWrapped) {
		reply = map[string]any{what: reply}
	}
	return reply
}

// thinPaper leaves out what a paper can do without: who, totals, the job.
func thinPaper(reply map[string]any) map[string]any {
	less := map[string]any{}
	for name, value := range reply {
		switch name {
		case "listItems", "productionLists", "sections", "questions", "id", "name", "title":
			less[name] = value
		case "user", "inspector", "job", "job_id", "salesOpportunity":
			less[name] = nil
		}
	}
	return less
}

// textNumbers writes money and quantities below v as people do: "$1,497.20".
func textNumbers(v any, name string) any {
	switch v := v.(type) {
	case float64:
		text := thousands(fmt.Sprintf("%.2f", v))
		if strings.Contains(strings.ToLower(name), "cost") || strings.Contains(strings.ToLower(name), "price") {
			text = "$" + text
		}
		return text
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			out[k] = textNumbers(inner, k)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = textNumbers(inner, name)
		}
		return out
	}
	return v
}

func thousands(s string) string {
	whole, rest, _ := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + "." + rest
}

// snakeCase names all fields below v as the older replies do.
func snakeCase(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			var name strings.Builder
			for _, r := range k {
				if r >= 'A' && r <= 'Z' {
					name.WriteByte('_')
				}
				name.WriteString(strings.ToLower(string(r)))
			}
			out[name.String()] = snakeCase(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = snakeCase(inner)
		}
		return out
	}
	return v
}
