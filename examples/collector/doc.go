// Package collector is an input for Benthos (the core of Redpanda Connect) over the feeds of
// this module's clients: Proofpoint TAP, Proofpoint Essentials Threat and ThreatConnect v3.
// Importing it registers the input threatclients; README.md says how it is configured.
//
// Each tenant is a feed with its own checkpoint. It is at-least-once: a checkpoint moves over
// a message only after the output has acknowledged it and everything before it.
package collector
