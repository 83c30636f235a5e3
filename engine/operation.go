package engine

// Operation is what a document says of one operation, as static data. Nothing in this
// package knows an operation of its own.
type Operation struct {
	ID     string // operationId
	Method string
	Path   string // template, such as /users/{id}
	Accept string // media type asked for
	Empty  []int  // 2xx statuses whose reply has no body
	// Headers are sent unless the caller or client.Header says otherwise.
	Headers []Pair

	NonEmpty []string // members of a JSON body that must hold something
	Rules    []Rule   // what a request must satisfy before it is sent
	Paging   *Paging
	Media    *Media
	Partial  *Partial
	// Envelope is nil when the status code alone says whether a call worked.
	Envelope *Envelope
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
	More    string   // member that is null, false, 0, empty or absent on the last page
	Total   string   // member with the count of all elements
	ToEmpty bool     // only an empty page is the last one; a short page is not
	Empty   []int    // statuses whose empty body means that there are no elements

	End             string  // window: member with the end that the server used
	Min, Max, Reach string  // window: ISO 8601 durations
	Pages           *Paging // window: how one window is cut into pages
}

// Envelope is a status inside a 2xx body.
type Envelope struct{ Status, Success, Message, Code string }

// Partial says where a 207 body names what failed.
type Partial struct{ Errors, Identifier, Status, Message string }

// Media is a query parameter that selects the media type of the reply.
type Media struct {
	Param string
	JSON  string // its value for JSON, which every decoding method sends
}

// Pair is a name and its value. A map literal would need code that runs at the import.
type Pair struct{ Name, Value string }
