// Package paperwork keeps what belongs to a job besides its measurements: material
// lists and checklists, which Hover's API gives out, and estimates, proposals,
// signatures and orders, of which only its events tell.
//
// [Heard] folds an event, [Learn] a reply of the API. Events name some papers without
// their job (Hover's webhook page): such a paper is known by its own id, and stands at a
// job once any event of it, or the paper that it belongs to, names one. [ReadList] and
// [ReadChecklist] understand the replies in every shape that was seen, and [Write] makes
// files of them.
package paperwork
