// Package job is what the product thinks in: a Job with its Structures, what
// happened to it, the Alert that tells a person, and the pure fold from
// webhooks and API replies to them. It does no I/O and reads no clock.
package job
