// Package storage keeps everything that the product must not forget in one
// bbolt file: the events as they were received, what has been made of them
// (jobs, invitations, alerts, files), the work that is still to be done, and
// the settings.
//
// Events are a log: [Store.Append] puts one at its end and returns once it is on
// disk. All else is made of the log by one reader ([Store.Read]), which says in the
// same transaction how far it has come: what an event changes and the work that it
// causes are there once, whenever a crash comes (log.go, reader.go). Transactions
// that are asked for at the same time share one commit and its fsync (commit.go).
//
// # Layout
//
// Every bucket is named in schema.go. Events are keyed by their sequence number
// and hold the body byte for byte (record.go), and are never rewritten; everything else is JSON, so that
// a field can be added without a migration. Times in keys are eight bytes that
// sort as the times do. Counts are stored beside what they count, in the same
// transaction, so that opening a large file reads no more than opening an empty
// one. check.go says what must always hold.
package storage
