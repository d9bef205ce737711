package job

import (
	"slices"
	"strings"

	"dormer/internal/say"
)

// deliverables are Hover's names and numbers of what can be ordered, in plain
// words (Hover's docs; in replies only "complete" was seen).
var deliverables = map[string]say.Text{
	"complete": say.T("deliverable.complete"), "3": say.T("deliverable.complete"),
	"roof_only": say.T("deliverable.roof"), "2": say.T("deliverable.roof"),
	"total_living_area_plus": say.T("deliverable.living_plus"), "5": say.T("deliverable.living_plus"),
	"total_living_area": say.T("deliverable.living"), "6": say.T("deliverable.living"),
	"capture_only": photosOnly, "photo_only": photosOnly, "photos_only": photosOnly, "4": photosOnly, "7": photosOnly,
	"interior": say.T("deliverable.interior"), "8": say.T("deliverable.interior"),
}

var photosOnly = say.T("deliverable.photos")

func deliverable(s string) (say.Text, bool) {
	w, ok := deliverables[strings.ReplaceAll(strings.ToLower(strings.TrimSpace(s)), " ", "_")]
	return w, ok
}

// PhotosOnly says that nothing was ordered of the job but its photos. When such a
// job waits for approval, it is somebody's turn to order its measurements.
func (j Job) PhotosOnly() bool {
	ordered := []string{j.Deliverable}
	if len(j.Structures) > 0 {
		ordered = nil
	}
	for _, s := range j.Structures {
		ordered = append(ordered, or(s.Deliverable, j.Deliverable))
	}
	return !slices.ContainsFunc(ordered, func(s string) bool {
		w, _ := deliverable(s)
		return !w.Equal(photosOnly)
	})
}
