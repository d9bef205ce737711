package apptest_test

import (
	"testing"

	"dormer/app/apptest"
	"dormer/internal/engine"
	_ "dormer/internal/hermetic"
)

func TestTheDemosJobsAreThere(t *testing.T) {
	found, err := apptest.Desk(t).FindJobs(t.Context(), engine.JobSearch{})
	if err != nil || found.Len < 10 {
		t.Errorf("there are %d jobs, %v", found.Len, err)
	}
}
