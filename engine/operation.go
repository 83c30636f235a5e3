package engine

import "net/http"

// Operation is what a document says of one operation, as static data. Nothing in this
// package knows an operation of its own.
type Operation struct {
	ID     string // operationId
	Method string
	Path   string   // template, such as /users/{id}
	Accept string   // media type asked for
	Sends  string   // media type of a JSON body; "" is application/json
	Status []int    // 2xx statuses that the document declares
	Empty  []int    // those of them whose reply has no body
	Types  []string // media types of a reply that is handed on unread
	// Idempotent operations may be repeated when an answer was lost.
	Idempotent bool
	// Unread replies are not described anywhere: any body but that of a gateway is success.
	Unread bool
	// RetryMillis is the header of a 429 that holds the milliseconds until the next try.
	RetryMillis string
	// Headers are sent unless the caller or client.Header says otherwise.
	Headers []Pair

	NonEmpty []string // members (dotted) of a JSON body that must hold something; "" is the body
	Limits   []Limit  // and how many elements lists in it may have
	Choices  []Choice // and which members exclude each other
	Secrets  []string // members of a JSON body, at any depth, that hold a credential
	Rules    []Rule   // what a request must satisfy before it is sent
	Quotas   []Quota  // what counts its calls; the first whose parameter is sent
	Keyset   *Keyset  // how the list is walked by key
	Paging   *Paging
	Media    *Media
	Partial  *Partial
	// Envelope is nil when the status code alone says whether a call worked.
	Envelope *Envelope
	// Answer are the members (dotted) of which one must be there; of AnswerNull null counts.
	Answer, AnswerNull []string
}

// Paging says how a list goes on. Dotted names reach into objects.
type Paging struct {
	Style   string   // offset, page, cursor, window or single
	Items   []string // the arrays that hold the elements; "" is the whole reply, a last * every array there
	Param   string   // the query parameter that moves
	Size    string   // the query parameter that holds the page size
	Default int64    // the page size when Size is not sent
	First   int64    // the first value of Param
	Always  bool     // Param and Size are sent with the first request too
	Next    string   // cursor: member with the next token
	Alias   string   // cursor: another spelling of Next
	More    string   // member that is null, false, 0, empty or absent on the last page
	Total   string   // member with the count of all elements
	Short   bool     // a page that is shorter than asked for is the last one
	Empty   []int    // statuses whose empty body means that there are no elements
	Blank   []string // members of which one is there when the arrays of an empty page are missing
	Later   bool     // from the second page on {} is an empty page, and Empty holds only there

	End             string  // window: member with the end that the server used
	Min, Max, Reach string  // window: ISO 8601 durations
	Late            string  // window: how late an element may turn up, an ISO 8601 duration
	Pages           *Paging // window: how one window is cut into pages
}

// Envelope is a status inside a 2xx body.
type Envelope struct {
	Status, Success, Message, Code string
	Value                          []string // where the value stands, alternatives; without it the status is the answer
}

// Partial says where a 207 body names what failed.
type Partial struct{ Errors, Identifier, Status, Message string }

// Media is a query parameter that selects the media type of the reply.
type Media struct {
	Param string
	JSON  string // its value for JSON, which every decoding method sends
}

// Quota is a budget of calls that operations with the same pool share.
type Quota struct {
	Given string // the parameter with which it counts; "" always
	Pool  string
	Calls int
	Per   string // ISO 8601 duration
}

// Keyset says how a list is walked in the order of a key that never changes.
type Keyset struct {
	Key              string   // the member of the elements
	Filter           string   // the query parameter of conditions
	After            string   // the condition behind {key}
	Both             string   // how {filter} and {after} are joined
	Order, Ascending string   // the query parameter of the order, and its value for rising keys
	Since            string   // the condition for changes from {from} to {to}; "" if there is none
	Deleted          []string // query parameters that mean the same in the list of what was deleted
}

// Pair is a name and its value. A map literal would need code that runs at the import.
type Pair struct{ Name, Value string }

// reads reports whether op changes nothing.
func (op *Operation) reads() bool {
	return op.Method == http.MethodGet || op.Method == http.MethodHead || op.Method == http.MethodOptions
}
