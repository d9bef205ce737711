package doctor

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"dormer/internal/hover"
	"dormer/internal/say"
)

// Delivery is what the traffic's questions need of one stored event.
type Delivery struct {
	Name                    hover.EventName
	Job                     hover.JobID
	State                   string
	At                      time.Time
	Verdict                 hover.Verdict
	Reading                 string
	Duplicate, Verification bool
	Header                  map[string]string
	Body                    []byte
}

// Shape is what is told of the events of one name: how many and what they are
// made of, nothing of what is in them.
type Shape struct {
	Event      hover.EventName       `json:"event"`
	Count      int                   `json:"count"`
	Duplicates int                   `json:"duplicates"`
	First      time.Time             `json:"first"`
	Last       time.Time             `json:"last"`
	Verdicts   map[hover.Verdict]int `json:"verdicts"`
	States     []string              `json:"states"`
	Fields     []string              `json:"fields"`  // "job_id number"
	Headers    []string              `json:"headers"` // names
}

// Whoever knows the webhook's path can post before signatures are pinned, so
// what is kept of the traffic is bounded.
const (
	maxShapes = 60
	maxFields = 60
	maxDepth  = 4
	maxMemory = 10_000 // changes and bodies that are compared
)

// Traffic reads from stored events what Hover's pages leave open. The zero
// value is ready; events are added in the order in which they came.
type Traffic struct {
	shapes map[hover.EventName]*shape

	readings     map[string]int // of signed deliveries
	unmatched    int            // signed, and by no reading that is known
	bare         int            // unsigned
	contentMD5   int            // signed deliveries with a Content-MD5 header
	parameters   int            // signed deliveries whose content type has parameters
	codes        int            // verification posts
	signedCodes  int
	codesAgain   int // that had come before
	digests      map[string]int
	kinds        map[string]int // of bodies
	late         int            // states of a job that came after a later one
	stages       map[hover.JobID]int
	skews        []time.Duration
	undated      int
	contentTypes map[string]int

	changes map[change][2]bool // by which of the two events: the old one, -v2
	bodies  map[string]time.Time
	gaps    []time.Duration // from a body to the same one again
}

type shape struct {
	Shape
	states, fields, headers map[string]bool
}

// change is one state that a job entered.
type change struct {
	job   hover.JobID
	state string
}

// plainWord is a name of a field, a state or an event that is no more than that.
var plainWord = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,79}$`)

// word keeps a name that looks like one. The rest is text that somebody sent.
func word(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return "(odd)"
}

// Add takes an event into account.
func (t *Traffic) Add(d Delivery) {
	if t.shapes == nil {
		t.shapes, t.readings, t.contentTypes = map[hover.EventName]*shape{}, map[string]int{}, map[string]int{}
		t.changes, t.bodies = map[change][2]bool{}, map[string]time.Time{}
		t.digests, t.kinds, t.stages = map[string]int{}, map[string]int{}, map[hover.JobID]int{}
	}
	t.addShape(d)
	t.addSignature(d)
	t.addOrder(d)
	kind, _ := kindOf(d.Body)
	t.kinds[kind]++
	if skew, ok := hover.DateSkew(http.Header{"Date": {d.Header["Date"]}}, d.At); !ok {
		t.undated++
	} else if len(t.skews) < maxMemory {
		t.skews = append(t.skews, skew)
	}
	if c := d.Header["Content-Type"]; len(t.contentTypes) < maxFields {
		t.contentTypes[contentType(c)]++
	}
	if d.Name == hover.EventJobState || d.Name == hover.EventJobStateV2 {
		c := change{d.Job, string(hover.ParseJobState(d.State))}
		which := 0
		if d.Name == hover.EventJobStateV2 {
			which = 1
		}
		if was, known := t.changes[c]; known || len(t.changes) < maxMemory {
			was[which] = true
			t.changes[c] = was
		}
	}
	sum := hover.ContentMD5(d.Body)
	if first, seen := t.bodies[sum]; seen && d.Duplicate && len(t.gaps) < maxMemory {
		t.gaps = append(t.gaps, d.At.Sub(first))
	} else if !seen && len(t.bodies) < maxMemory {
		t.bodies[sum] = d.At
	}
}

var mediaType = regexp.MustCompile(`^[a-z]+/[a-z0-9.+-]{1,60}(; ?charset=[A-Za-z0-9-]{1,20})?$`)

func contentType(s string) string {
	if s == "" || mediaType.MatchString(s) {
		return s
	}
	return "(odd)"
}

func (t *Traffic) addShape(d Delivery) {
	name := hover.EventName(word(string(d.Name)))
	s := t.shapes[name]
	if s == nil {
		if len(t.shapes) == maxShapes {
			return
		}
		s = &shape{
			Shape:  Shape{Event: name, First: d.At, Verdicts: map[hover.Verdict]int{}},
			states: map[string]bool{}, fields: map[string]bool{}, headers: map[string]bool{},
		}
		t.shapes[name] = s
	}
	s.Count++
	s.Last = d.At
	s.Verdicts[d.Verdict]++
	if d.Duplicate {
		s.Duplicates++
	}
	if d.State != "" && len(s.states) < maxFields {
		s.states[word(d.State)] = true
	}
	for name := range d.Header {
		if len(s.headers) < maxFields {
			s.headers[word(name)] = true
		}
	}
	var body any
	if object, ok := hover.Object(d.Body); ok && json.Unmarshal(object, &body) == nil {
		s.walk("", body, 0)
	}
}

// addOrder counts the events that tell of a job's earlier state after a later one,
// unless Hover has said in between that it works on the job again.
func (t *Traffic) addOrder(d Delivery) {
	state := hover.ParseJobState(d.State)
	stage, ok := stages[state] // 0 of one that sends a job back: all may follow it
	if !ok && !state.Reopens() || d.Duplicate || d.Job == "" || d.Name != hover.EventJobState && d.Name != hover.EventJobStateV2 {
		return
	}
	before, known := t.stages[d.Job]
	if known && stage < before && !state.Reopens() {
		t.late++
		return
	}
	if known || len(t.stages) < maxMemory {
		t.stages[d.Job] = stage
	}
}

// stages are the states of a job that follow each other.
var stages = map[hover.JobState]int{
	hover.JobUploading: 1, hover.JobProcessingUpload: 2, hover.JobSubmitting: 3, hover.JobWorking: 4, hover.JobRetrieving: 5,
	hover.JobProcessing: 5, hover.JobPaying: 6, hover.JobCompleted: 7,
}

// walk notes the names and kinds of a body's fields: "results[].id number".
func (s *shape) walk(name string, v any, depth int) {
	if len(s.fields) >= maxFields || depth > maxDepth {
		return
	}
	kind := ""
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			inner := word(k)
			if name != "" {
				inner = name + "." + inner
			}
			s.walk(inner, v[k], depth+1)
		}
		return
	case []any:
		if len(v) > 0 {
			s.walk(name+"[]", v[0], depth+1)
			return
		}
		kind = "array"
	case string:
		kind = "string"
	case float64:
		kind = "number"
	case bool:
		kind = "boolean"
	case nil:
		kind = "null"
	}
	s.fields[name+" "+kind] = true
}

func (t *Traffic) addSignature(d Delivery) {
	carried := d.Header[hover.HeaderSignature] != "" || d.Header[hover.HeaderSignature256] != "" || d.Header[hover.HeaderAuthorization] != ""
	if !d.Verification {
		t.digests[digestsOf(d.Header)]++
	}
	if d.Verification {
		t.codes++
		if d.Duplicate {
			t.codesAgain++
		}
		if carried {
			t.signedCodes++
		}
	}
	switch {
	case d.Verdict == hover.VerdictSigned:
		t.readings[d.Reading]++
		if d.Header["Content-Md5"] != "" {
			t.contentMD5++
		}
		if strings.Contains(d.Header["Content-Type"], ";") {
			t.parameters++
		}
	case carried && !d.Verification: // a code may come before its webhook's secret
		t.unmatched++
	case !carried:
		t.bare++
	}
}

// digestsOf says in which headers a delivery is signed.
func digestsOf(h map[string]string) string {
	var in []string
	for _, name := range []string{hover.HeaderSignature256, hover.HeaderSignature, hover.HeaderAuthorization} {
		if h[name] != "" {
			in = append(in, name)
		}
	}
	return strings.Join(in, " + ")
}

// Shapes gives what the events of each name are made of, in the names' order.
func (t *Traffic) Shapes() []Shape {
	all := []Shape{}
	for _, name := range slices.Sorted(maps.Keys(t.shapes)) {
		s := t.shapes[name]
		out := s.Shape
		out.States, out.Fields, out.Headers = names(s.states), names(s.fields), names(s.headers)
		all = append(all, out)
	}
	return all
}

func names(set map[string]bool) []string {
	return append([]string{}, slices.Sorted(maps.Keys(set))...)
}

// unread are the events whose fields Hover's pages do not show.
var unread = []hover.EventName{
	hover.EventModelState, hover.EventInspectionState, hover.EventMaterialListApproval, hover.EventInstantDesignLead,
}

// Findings answers, as far as the traffic tells, what Hover's pages leave open.
// A last line names the questions that no event has answered yet.
func (t *Traffic) Findings() []Finding {
	var all []Finding
	var open []say.Text
	for _, q := range []struct {
		name         string
		asks, answer say.Text
	}{
		{"signature", say.T("traffic.asks.signature"), t.signature()},
		{"headers", say.T("traffic.asks.headers"), t.headers()},
		{"verification", say.T("traffic.asks.verification"), t.verification()},
		{"job-events", say.T("traffic.asks.job_events"), t.jobEvents()},
		{"repeats", say.T("traffic.asks.repeats"), t.repeats()},
		{"order", say.T("traffic.asks.order"), t.order()},
		{"bodies", say.T("traffic.asks.bodies"), t.bodyKinds()},
		{"clock", say.T("traffic.asks.clock"), t.clock()},
		{"content-type", say.T("traffic.asks.content_type"), t.sent()},
		{"fields", say.T("traffic.asks.fields"), t.fields()},
		{"model-states", say.T("traffic.asks.model_states"), t.modelStates()},
	} {
		if q.answer.IsZero() {
			open = append(open, q.asks)
			continue
		}
		all = append(all, just("traffic/"+q.name, Green, q.answer, say.Text{})...)
	}
	if len(open) > 0 {
		all = append(all, just("traffic/open", Green, say.T("traffic.open", "names", open), say.Text{})...)
	}
	return all
}

func (t *Traffic) signature() say.Text {
	var says []say.Text
	for _, text := range slices.Sorted(maps.Keys(t.readings)) {
		r, err := hover.ParseReading(text)
		if err != nil || text == "" {
			continue
		}
		says = append(says, say.N("traffic.reading", t.readings[text], "reading", Reading(r)))
	}
	if len(says) > 0 {
		sum := say.T("traffic.md5.computed")
		if t.contentMD5 > 0 {
			sum = say.T("traffic.md5.agrees")
		}
		says = append(says, sum)
		if t.parameters == 0 {
			says = append(says, say.T("traffic.no_parameters"))
		}
	}
	if t.unmatched > 0 {
		says = append(says, say.N("traffic.unmatched", t.unmatched))
	}
	if t.bare > 0 {
		says = append(says, say.N("traffic.unsigned", t.bare))
	}
	return say.Sentences(says...)
}

// Reading says how a signature is read.
func Reading(r hover.Reading) say.Text {
	uri := map[string]say.Text{
		hover.URIPath: say.T("reading.path"), hover.URIPathQuery: say.T("reading.path_query"), hover.URIWhole: say.T("reading.whole"),
	}[r.URI]
	key := map[string]say.Text{hover.KeyText: say.T("reading.text_key"), hover.KeyDecoded: say.T("reading.decoded_key")}[r.Key]
	content := map[string]say.Text{
		hover.ContentTypeSent: say.T("reading.type_sent"), hover.ContentTypeBare: say.T("reading.type_bare"),
	}[r.ContentType]
	says := say.T("reading", "algorithm", r.Algorithm, "address", uri, "key", key, "type", content)
	if r.Method == hover.MethodFirst {
		says = say.T("reading.with_method", "reading", says)
	}
	if r.Body == hover.BodySHA256 {
		says = say.T("reading.body_sha256", "reading", says)
	}
	return says
}

// headers tells which headers sign events, by their names.
func (t *Traffic) headers() say.Text {
	var all []say.Text
	for _, in := range slices.Sorted(maps.Keys(t.digests)) {
		name := say.Words(in)
		if in == "" {
			name = say.T("traffic.headers.none")
		}
		all = append(all, say.T("replies.answer", "answer", name, "n", t.digests[in]))
	}
	if all == nil {
		return say.Text{}
	}
	return say.T("traffic.headers", "names", all)
}

// bodyKinds tells whether bodies are JSON or forms.
func (t *Traffic) bodyKinds() say.Text {
	var all []say.Text
	for _, kind := range slices.Sorted(maps.Keys(t.kinds)) {
		name := say.Words("JSON")
		switch kind {
		case bodyForm:
			name = say.T("traffic.bodies.form")
		case bodyPayload:
			name = say.T("traffic.bodies.payload")
		case bodyOther:
			name = say.T("traffic.bodies.other")
		}
		all = append(all, say.T("replies.answer", "answer", name, "n", t.kinds[kind]))
	}
	if all == nil {
		return say.Text{}
	}
	return say.T("traffic.bodies", "names", all)
}

// order tells whether events come in the order of what happened.
func (t *Traffic) order() say.Text {
	switch {
	case len(t.stages) == 0:
		return say.Text{}
	case t.late == 0:
		return say.N("traffic.order.kept", len(t.stages))
	}
	return say.N("traffic.order.late", t.late)
}

func (t *Traffic) verification() say.Text {
	if t.codes == 0 {
		return say.Text{}
	}
	says := say.N("traffic.verification", t.codes, "signed", t.signedCodes)
	if t.codesAgain > 0 {
		return say.Sentences(says, say.N("traffic.verification.again", t.codesAgain))
	}
	return says
}

func (t *Traffic) jobEvents() say.Text {
	const older, newer = hover.EventJobState, hover.EventJobStateV2
	var old, v2, both int
	for _, by := range t.changes {
		switch by {
		case [2]bool{true, true}:
			both++
		case [2]bool{true, false}:
			old++
		default:
			v2++
		}
	}
	switch {
	case both > 0:
		return say.N("traffic.jobs.both", old+v2+both, "old", older, "new", newer, "both", both)
	case old > 0 && v2 > 0:
		return say.N("traffic.jobs.apart", old, "old", older, "new", newer, "others", v2)
	case v2 > 0:
		return say.N("traffic.jobs.only", v2, "event", newer)
	case old > 0:
		return say.N("traffic.jobs.only", old, "event", older)
	}
	return say.Text{}
}

func (t *Traffic) repeats() say.Text {
	if len(t.gaps) == 0 {
		return say.Text{}
	}
	slices.Sort(t.gaps)
	return say.N("traffic.repeats", len(t.gaps), "least", round(t.gaps[0]), "most", round(t.gaps[len(t.gaps)-1]))
}

func (t *Traffic) clock() say.Text {
	if len(t.skews) == 0 {
		return say.Text{}
	}
	slices.Sort(t.skews)
	says := say.N("traffic.clock", len(t.skews), "least", round(t.skews[0]), "most", round(t.skews[len(t.skews)-1]), "half", round(t.skews[len(t.skews)/2]))
	if t.undated > 0 {
		return say.Sentences(says, say.N("traffic.undated", t.undated))
	}
	return says
}

func round(d time.Duration) string {
	if d.Abs() < time.Minute {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

func (t *Traffic) sent() say.Text {
	var all []say.Text
	for _, c := range slices.Sorted(maps.Keys(t.contentTypes)) {
		if c == "" {
			all = append(all, say.T("traffic.no_content_type", "n", t.contentTypes[c]))
			continue
		}
		all = append(all, say.Words(fmt.Sprintf("%s (%d)", c, t.contentTypes[c])))
	}
	if len(all) == 0 {
		return say.Text{}
	}
	return say.T("traffic.content_types", "names", all)
}

// fields tells what the events carry of whose fields nothing is written.
func (t *Traffic) fields() say.Text {
	var says []say.Text
	for _, s := range t.Shapes() {
		if _, known := s.Event.Known(); known && !slices.Contains(unread, s.Event) {
			continue
		}
		says = append(says, say.T("traffic.fields", "event", s.Event, "fields", strings.Join(s.Fields, ", ")))
	}
	for _, name := range unread {
		if t.shapes[name] == nil && len(says) > 0 {
			says = append(says, say.T("traffic.not_come", "event", name))
		}
	}
	return say.Sentences(says...)
}

func (t *Traffic) modelStates() say.Text {
	s := t.shapes[hover.EventModelState]
	if s == nil || len(s.states) == 0 {
		return say.Text{}
	}
	return say.T("traffic.models", "states", strings.Join(names(s.states), ", "))
}
