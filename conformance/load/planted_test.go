package load_test

import (
	"errors"
	"io"
	"net/http"

	"github.com/threatclients/threatclients-go/client"
)

// isPlanted reports whether an error is one of the two that the server makes.
func isPlanted(err error) bool {
	var refused *client.Error
	if errors.As(err, &refused) {
		return refused.StatusCode == http.StatusInternalServerError && refused.Header.Get(header) != ""
	}
	return errors.Is(err, io.ErrUnexpectedEOF)
}
