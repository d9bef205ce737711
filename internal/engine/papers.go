package engine

// The small documents that the engine keeps in the store.
const (
	docCursor  = "catch-up"
	docImport  = "import"
	docStamp   = "stamp"
	docFolders = "download-folders"
)
