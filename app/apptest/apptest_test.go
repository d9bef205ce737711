package apptest_test

import (
	"testing"

	"dormer/app/apptest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
)

func TestTheDemosJobsAreThere(t *testing.T) {
	found, err := apptest.Desk(t).FindJobs(t.Context(), "", engine.GroupAll)
	if err != nil || len(found.IDs) < 10 {
		t.Errorf("there are %d jobs, %v", len(found.IDs), err)
	}
}
