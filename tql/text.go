package tql

// String is a keyword of text. Whether case matters depends on the keyword and on the
// database of the instance.
type String string

// Eq is =.
func (k String) Eq(v string) Query { return compare(k, "=", v) }

// Ne is !=.
func (k String) Ne(v string) Query { return compare(k, "!=", v) }

// In matches one of the values. Without any the service refuses the query.
func (k String) In(v ...string) Query { return list(k, "in", v) }

// NotIn matches none of the values.
func (k String) NotIn(v ...string) Query { return list(k, "not in", v) }

// Like matches a pattern in which % stands for any text. No escape for % is documented.
func (k String) Like(v string) Query { return compare(k, "like", v) }

// NotLike matches what Like does not.
func (k String) NotLike(v string) Query { return compare(k, "not like", v) }

// Contains matches text that holds v.
func (k String) Contains(v string) Query { return compare(k, "contains", v) }

// NotContains matches text that does not hold v.
func (k String) NotContains(v string) Query { return compare(k, "not contains", v) }

// StartsWith matches text that begins with v.
func (k String) StartsWith(v string) Query { return compare(k, "startswith", v) }

// NotStartsWith matches text that does not begin with v.
func (k String) NotStartsWith(v string) Query { return compare(k, "not startswith", v) }

// EndsWith matches text that ends with v.
func (k String) EndsWith(v string) Query { return compare(k, "endswith", v) }

// NotEndsWith matches text that does not end with v.
func (k String) NotEndsWith(v string) Query { return compare(k, "not endswith", v) }

// IsNull matches where there is no value.
func (k String) IsNull() Query { return Query(k) + " is null" }

// IsNotNull matches where there is a value.
func (k String) IsNotNull() Query { return Query(k) + " is not null" }

type (
	// Assignee is a keyword of who works on something: a login name.
	Assignee = String
	// User is a keyword of people: a login name.
	User = String
)

// StringCIDR is a keyword of addresses that is compared with a block.
type StringCIDR string

// In matches addresses inside the block, such as 192.0.2.0/24.
func (k StringCIDR) In(block string) Query { return compare(k, "in", block) }

// NotIn matches addresses outside the block.
func (k StringCIDR) NotIn(block string) Query { return compare(k, "not in", block) }
