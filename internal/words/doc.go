// Package words has all that the window says, in English and in Spanish: the
// texts of assets/translations, and times, sizes and counts as people say them.
// Code names a text by its key, "jobs.search", always as a literal, so that a
// test can see that each one is there in both languages.
//
// It stands on Fyne's lang, which is bound to the language of the system. A
// language that a person chooses is therefore loaded in the place of the
// system's, Fyne's own words with it.
package words
