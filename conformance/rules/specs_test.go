package rules

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/threatclients/threatclients-go/specs"
)

// Every document keeps the house rules. What each rule means, and that it can
// fail, is tested beside it.
func TestSpecRules(t *testing.T) {
	for _, name := range specs.Names() {
		t.Run(name, func(t *testing.T) {
			text, err := specs.Document(name)
			require.NoError(t, err)
			assert.Empty(t, Check(text), "rules that are broken")
		})
	}
}
