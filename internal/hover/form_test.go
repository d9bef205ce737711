package hover

import (
	"encoding/json"
	"testing"
)

func TestAFormIsReadLikeJSON(t *testing.T) {
	want := JobStateChanged{V2: true, Webhook: "12343", Job: "19402492", ExternalID: "A 7", State: JobCompleted}
	for name, body := range map[string]string{
		"a field a value": "event=job-state-changed-v2&webhook_id=12343&job_id=19402492&job_external_identifier=A+7&state=completed",
		"a payload":       "payload=%7B%22event%22%3A%22job-state-changed-v2%22%2C%22webhook_id%22%3A12343%2C%22job_id%22%3A19402492%2C%22job_external_identifier%22%3A%22A%207%22%2C%22state%22%3A%22completed%22%7D",
	} {
		if got, err := Decode([]byte(body)); err != nil || got != Event(want) {
			t.Errorf("%s is read as %+v, %v", name, got, err)
		}
		object, ok := Object([]byte(body))
		if !ok || !json.Valid(object) {
			t.Errorf("%s is listed as %s", name, object)
		}
	}
	object, ok := Object([]byte("event=x&job[id]=7&job[state]=working&job=again"))
	if want := `{"event":"x","job":{"id":"7","state":"working"}}`; !ok || string(object) != want {
		t.Errorf("nested fields are %s, want %s", object, want)
	}
}

func TestWhatIsNeitherJSONNorAFormIsRefused(t *testing.T) {
	for _, body := range []string{"", "hello", "a=b", "event", "<event=x>", "event=%zz", "payload=no", "payload=null", "payload=[]", "[1]", "1", "null", "{\"event\":"} {
		if e, err := Decode([]byte(body)); err == nil {
			t.Errorf("%q is read as %+v", body, e)
		}
		if o, ok := Object([]byte(body)); ok {
			t.Errorf("%q is listed as %s", body, o)
		}
	}
}

func FuzzObject(f *testing.F) {
	f.Add([]byte("event=x&job[id]=7"))
	f.Add([]byte("payload={}"))
	f.Add([]byte(`{"event":"x"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if object, ok := Object(body); ok {
			var m map[string]json.RawMessage
			if err := json.Unmarshal(object, &m); err != nil || m == nil {
				t.Errorf("%q became %q: %v", body, object, err)
			}
		}
	})
}
