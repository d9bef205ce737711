package job

import (
	"reflect"
	"testing"

	"dormer/internal/hover"
)

func captureEvent(s hover.CaptureState) hover.CaptureRequestStateChanged {
	return hover.CaptureRequestStateChanged{Request: "77", Job: "501", State: s}
}

func TestACaptureRequestIsToldOnce(t *testing.T) {
	inv, changed := HeardCapture(Invitation{}, false, captureEvent(hover.CaptureNew), noon)
	if !changed || inv.ID != "77" || inv.Job != "501" || inv.State != hover.CaptureNew || !inv.CreatedAt.Equal(noon) {
		t.Fatalf("%+v", inv)
	}
	inv, _ = HeardCapture(inv, true, captureEvent(hover.CaptureComplete), after(1))
	for _, late := range []hover.CaptureState{hover.CaptureNew, hover.CaptureConnected, hover.CaptureComplete, hover.CaptureDeleted, "odd", ""} {
		if next, changed := HeardCapture(inv, true, captureEvent(late), after(2)); changed || next != inv {
			t.Errorf("a late %q made of it %+v", late, next)
		}
	}
	reply := hover.CaptureRequest{
		ID: "77", Identifier: "XcU", State: hover.CaptureComplete, Name: "Dana", Email: "dana@example.test", PendingJob: "501", Job: "502",
		Link: "https://hover.app.test/x", CreatedAt: noon,
	}
	inv, hs := LearnedCapture(inv, true, reply, after(3), false)
	want := Happening{Key: "capture/77/complete", Outcome: Capture, Job: "502", Capture: "77", State: "complete", At: after(3)}
	if len(hs) != 1 || hs[0] != want {
		t.Fatalf("told %+v, want %+v", hs, want)
	}
	if !inv.Told || !inv.Confirmed.Equal(after(3)) || inv.Job != "502" || inv.Name != "Dana" {
		t.Errorf("%+v", inv)
	}
	bare, hs := LearnedCapture(inv, true, hover.CaptureRequest{ID: "77", State: hover.CaptureComplete}, after(3), false)
	if len(hs) != 0 || bare != inv {
		t.Errorf("a bare list told %+v and left %+v", hs, bare)
	}
	if _, hs := ClaimCapture(inv, after(5)); len(hs) != 0 {
		t.Errorf("claimed after it was told: %+v", hs)
	}
}

func TestACaptureRequestGoesForwardByEvents(t *testing.T) {
	inv, _ := HeardCapture(Invitation{}, false, captureEvent(hover.CaptureConnected), noon)
	for _, c := range []struct{ heard, want hover.CaptureState }{
		{hover.CaptureNew, hover.CaptureConnected}, {"", hover.CaptureConnected}, {"odd", "odd"}, {hover.CaptureConnected, hover.CaptureConnected},
		{hover.CaptureDeleted, hover.CaptureDeleted}, {hover.CaptureComplete, hover.CaptureDeleted},
	} {
		inv, _ = HeardCapture(inv, true, captureEvent(c.heard), after(1))
		if inv.State != c.want {
			t.Errorf("after %q it is %q, want %q", c.heard, inv.State, c.want)
		}
	}
	inv, hs := LearnedCapture(inv, true, hover.CaptureRequest{ID: "77", State: hover.CaptureConnected}, after(2), false)
	if inv.State != hover.CaptureConnected || len(hs) != 0 {
		t.Errorf("the API's word: %+v, %+v", inv, hs)
	}
}

func TestACaptureIsClaimedWhereTheAPICannotBeReached(t *testing.T) {
	inv, _ := HeardCapture(Invitation{}, false, captureEvent(hover.CaptureComplete), noon)
	stateless, hs := LearnedCapture(inv, true, hover.CaptureRequest{ID: "77", Name: "Dana"}, after(1), false)
	if len(hs) != 0 || !stateless.Confirmed.IsZero() || stateless.Name != "Dana" {
		t.Errorf("a reply without a state: %+v, %+v", stateless, hs)
	}
	inv, hs = ClaimCapture(inv, after(2))
	if len(hs) != 1 || hs[0].Key != "capture/77/complete" || !inv.Told {
		t.Fatalf("%+v, %+v", inv, hs)
	}
	if _, hs = LearnedCapture(inv, true, hover.CaptureRequest{ID: "77", State: hover.CaptureComplete}, after(3), false); len(hs) != 0 {
		t.Errorf("told again: %+v", hs)
	}
}

func TestCaptureRequestsThatAreNotThisOne(t *testing.T) {
	inv := Invitation{ID: "78", State: hover.CaptureNew}
	if next, changed := HeardCapture(inv, true, captureEvent(hover.CaptureComplete), noon); changed || next != inv {
		t.Errorf("%+v", next)
	}
	if _, changed := HeardCapture(Invitation{}, false, hover.CaptureRequestStateChanged{State: hover.CaptureNew}, noon); changed {
		t.Error("an event without an id made a request known")
	}
	if next, hs := LearnedCapture(inv, true, hover.CaptureRequest{ID: "77", State: hover.CaptureComplete}, noon, false); next != inv || len(hs) != 0 {
		t.Errorf("%+v, %+v", next, hs)
	}
}

func TestImportedCaptureRequestsAreNotNews(t *testing.T) {
	reply := hover.CaptureRequest{ID: "77", State: hover.CaptureComplete, PendingJob: "501"}
	inv, hs := LearnedCapture(Invitation{ID: "stale"}, false, reply, noon, true)
	if len(hs) != 0 || !inv.Told || inv.Job != "501" || !inv.CreatedAt.Equal(noon) {
		t.Errorf("%+v, %+v", inv, hs)
	}
	if again, hs := LearnedCapture(inv, true, reply, noon, false); len(hs) != 0 || !reflect.DeepEqual(again, inv) {
		t.Errorf("%+v, %+v", again, hs)
	}
}
