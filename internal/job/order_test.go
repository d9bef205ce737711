package job

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dormer/internal/hover"
)

// anyEvent draws an event of the job that a webhook may bring at any time, true
// or late.
var anyEvent = rapid.Custom(func(t *rapid.T) hover.Event {
	models := rapid.SampledFrom([]hover.ModelID{"9001", "9002", "9003"})
	switch rapid.IntRange(0, 3).Draw(t, "event") {
	case 0:
		return hover.ModelCreated{Job: "501", Model: models.Draw(t, "model")}
	case 1:
		return model(models.Draw(t, "model"), rapid.SampledFrom([]hover.ModelState{hover.ModelProcessing, hover.ModelCompleted, hover.ModelFailed}).Draw(t, "state"))
	}
	return hover.JobStateChanged{Job: "501", V2: rapid.Bool().Draw(t, "v2"), State: rapid.SampledFrom(everyState).Draw(t, "state")}
})

var anyReply = rapid.Custom(func(t *rapid.T) hover.Job {
	states := rapid.SampledFrom([]hover.ModelState{hover.ModelProcessing, hover.ModelCompleted, hover.ModelFailed})
	r := reply(rapid.SampledFrom(everyState).Draw(t, "state"), noon)
	for _, id := range []hover.ModelID{"9001", "9002"} {
		if rapid.Bool().Draw(t, "has "+string(id)) {
			r.Models = append(r.Models, hover.Model{ID: id, State: states.Draw(t, string(id))})
		}
	}
	return r
})

// Whatever events came, twice, in whichever order or not at all: the replies of
// the API decide what the job is and what is told of it.
func TestEventsChangeNothingOfWhatRepliesTell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var eventful, quiet Job
		var heard, known bool
		for i, r := range rapid.SliceOfN(anyReply, 1, 6).Draw(t, "replies") {
			for _, ev := range rapid.SliceOfN(anyEvent, 0, 8).Draw(t, "events") {
				next, changed := Heard(eventful, heard || known, ev, after(10*i))
				if changed {
					eventful, heard = next, true
				}
			}
			r.UpdatedAt = after(10*i + 1)
			var told, want []Happening
			eventful, told = Learned(eventful, heard || known, r, after(10*i+2), false)
			quiet, want = Learned(quiet, known, r, after(10*i+2), false)
			known = true
			if !reflect.DeepEqual(told, want) {
				t.Fatalf("told %+v\nwant %+v", told, want)
			}
			if eventful.State != quiet.State || eventful.Claimed || !slices.Equal(eventful.Told, quiet.Told) ||
				eventful.Generation != quiet.Generation || !slices.Equal(eventful.ToldModels, quiet.ToldModels) {
				t.Fatalf("the job is %+v\nwant %+v", eventful, quiet)
			}
			if len(r.Models) > 0 && !reflect.DeepEqual(eventful.Structures, quiet.Structures) {
				t.Fatalf("the structures are %+v\nwant %+v", eventful.Structures, quiet.Structures)
			}
		}
	})
}

// Events, replies that cross or come twice, and claims, in any order: nothing is
// told twice, and what the last reply tells has been told.
func TestNothingIsToldTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var j Job
		var known bool
		told := map[string]bool{}
		tell := func(hs []Happening) {
			for _, h := range hs {
				if told[h.Key] {
					t.Fatalf("told twice: %s", h.Key)
				}
				told[h.Key] = true
			}
		}
		var replies []hover.Job
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "step") {
			case 0:
				r := anyReply.Draw(t, "reply")
				r.UpdatedAt = after(i)
				replies = append(replies, r)
			case 1:
				if len(replies) > 0 {
					var hs []Happening
					j, hs = Learned(j, known, rapid.SampledFrom(replies).Draw(t, "which"), after(i), false)
					known = true
					tell(hs)
				}
			case 2:
				var hs []Happening
				j, hs = Claim(j, after(i))
				tell(hs)
			default:
				next, changed := Heard(j, known, anyEvent.Draw(t, "event"), after(i))
				j, known = next, known || changed
			}
		}
		last := reply(hover.JobCompleted, after(100), house(hover.ModelCompleted), garage(hover.ModelFailed))
		j, hs := Learned(j, known, last, after(101), false)
		tell(hs)
		if key := fmt.Sprintf("job/501/completed/%d", j.Generation); !told[key] {
			t.Fatalf("%s was never told, only %v", key, told)
		}
		if _, hs = Learned(j, true, last, after(102), false); len(hs) > 0 {
			t.Fatalf("the same reply again told %+v", hs)
		}
	})
}
