// Package records answers what can be asked of a data directory, whether Dormer runs on
// it or not: the settings and the secrets, jobs, events, alerts, figures, and all of
// them as files (export, backup). It asks nobody but the store, the keyring and the
// folders that files were saved in.
//
// settings.go has one row per setting; view.go what scripts rely on, field by field.
package records
