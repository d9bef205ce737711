package engine

import "dormer/internal/hover"

// The small documents that the engine keeps in the store.
const (
	docCursor  = "catch-up"
	docImport  = "import"
	docStamp   = "stamp"
	docFolders = "download-folders"
)

// stamp says whose data the database holds.
type stamp struct {
	Host string      `json:"host"`
	Org  hover.OrgID `json:"org"`
}
