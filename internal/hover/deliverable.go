package hover

import "strings"

// What can be ordered of a property (Hover's docs; 4 is an older capture of photos
// alone).
const (
	DeliverableRoof       DeliverableID = "2"
	DeliverableComplete   DeliverableID = "3"
	DeliverablePhotos4    DeliverableID = "4"
	DeliverableLivingPlus DeliverableID = "5"
	DeliverableLiving     DeliverableID = "6"
	DeliverablePhotos     DeliverableID = "7"
	DeliverableInterior   DeliverableID = "8"
)

var deliverables = map[string]DeliverableID{
	"roof_only": DeliverableRoof, "roof": DeliverableRoof, "complete": DeliverableComplete,
	"total_living_area_plus": DeliverableLivingPlus, "total_living_area": DeliverableLiving,
	"capture_only": DeliverablePhotos, "photo_only": DeliverablePhotos, "photos_only": DeliverablePhotos,
	"interior": DeliverableInterior,
}

// ParseDeliverable reads what was ordered, by its number or by its name in v3's
// replies; what is neither stays as it is.
func ParseDeliverable(s string) DeliverableID {
	name := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(s)))
	if id, ok := deliverables[name]; ok {
		return id
	}
	return DeliverableID(s)
}

// PhotosOnly says that nothing is measured: there are photos alone.
func PhotosOnly(d DeliverableID) bool { return d == DeliverablePhotos || d == DeliverablePhotos4 }

// The versions of a structure's JSON (Hover's docs).
const (
	VersionSummarized = "summarized_json"
	VersionFull       = "full_json"
	VersionSketch     = "sketch_json"
)

// Versions gives the versions of the JSON that a structure of which that was
// ordered has, the one with the key figures first and the fullest last: any other
// is asked for in vain. Of an order that is not known both are tried.
func Versions(d DeliverableID) []string {
	switch {
	case PhotosOnly(d):
		return nil
	case d == DeliverableLiving || d == DeliverableLivingPlus:
		return []string{VersionSketch}
	case d == DeliverableInterior:
		return []string{VersionFull}
	}
	return []string{VersionSummarized, VersionFull}
}
