package exchange

// Form reads a multipart form into its values. A file is named "field; file name".
func Form(body []byte, contentType string) (map[string]string, error) {
	return parts(body, contentType)
}
