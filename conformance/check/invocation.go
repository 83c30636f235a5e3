package check

import (
	"reflect"
	"strings"
	"time"

	"github.com/threatclients/threatclients-go/conformance/exchange"
	"github.com/threatclients/threatclients-go/engine"
)

// Invocation is one method of a generated client with the arguments that an exchange states,
// for tests that call every operation and decide themselves what is answered.
type Invocation struct {
	Name   string // such as Client.ListUsersPage
	Method reflect.Value
	run    *run
}

// Invocations lists the methods of op in c, a generated client, and in its Requests, that can
// send the request of e.
func (s *Spec) Invocations(c any, op *engine.Operation, e *exchange.Exchange) (list []Invocation, err error) {
	_, values, err := s.Find(e.Method, e.Path)
	if err != nil {
		return nil, err
	}
	r := &run{Exchange: e, op: op, values: values}
	names := []string{op.ID, op.ID + "Page"}
	if op.Media != nil {
		names = append(names, op.ID+"syslog")
	}
	for _, of := range []struct {
		name  string
		value reflect.Value
	}{{"Client.", reflect.ValueOf(c)}, {"Requests.", reflect.ValueOf(c).Elem().FieldByName("Requests")}} {
		for _, name := range names {
			m := method(of.value, name)
			if !m.IsValid() || takesWindow(m) && !r.isWindow() {
				continue
			}
			list = append(list, Invocation{of.name + strings.ToUpper(name[:1]) + name[1:], m, r})
		}
	}
	return list, nil
}

// Arguments returns new arguments for each call, because a call consumes a reader.
func (i Invocation) Arguments() ([]reflect.Value, error) { return i.run.arguments(i.Method) }

// Clock is shortly after the latest instant that the exchange's query names.
func (i Invocation) Clock() time.Time { return i.run.clock() }
