// Package engine is called by generated clients, those of this module and those that a
// program generates in its own, and by nothing else: it promises no stability to other
// callers. Programs read package client.
//
// A generated method fills a [Request] and hands it over together with its [Operation],
// which is static data made from the document. The engine sends it through the [Pipeline]:
// guard, throttle, sign, send, bound, classify, and retry. Nothing travels in a context but
// the deadline and client.Unfiltered.
package engine
