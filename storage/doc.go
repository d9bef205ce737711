// Package storage keeps everything that the product must not forget in one
// bbolt file: the events as they were received, what has been made of them
// (jobs, invitations, alerts, files), the work that is still to be done, and
// the settings.
//
// What belongs together is written together: an event, what it changes and the
// work it causes are one transaction, and [Store.Append] returns only once that
// transaction is on disk. Transactions that are asked for at the same time share
// one commit and its fsync (commit.go).
//
// # Layout
//
// Every bucket is named in schema.go. Events are keyed by their sequence number
// and hold the body byte for byte (record.go); everything else is JSON, so that
// a field can be added without a migration. Times in keys are eight bytes that
// sort as the times do. Counts are stored beside what they count, in the same
// transaction, so that opening a large file reads no more than opening an empty
// one. check.go says what must always hold.
package storage
