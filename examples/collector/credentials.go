package collector

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/redpanda-data/benthos/v4/public/service"

	"github.com/threatclients/threatclients-go/auth"
)

// credentials are what a tenant's requests are signed with.
type credentials struct {
	api, id string
	secret  auth.Secret
	file    string // with the secret, read at the start of each feed
}

func credentialFields() *service.ConfigField {
	return service.NewObjectField("credentials",
		service.NewStringField("id").Default("").
			Description("The principal, API key or access ID, such as `${ACME_PRINCIPAL}`. Without it the secret is an API token of ThreatConnect."),
		service.NewStringField("secret").Default("").Secret().Description("The secret, such as `${ACME_SECRET}`."),
		service.NewStringField("secret_file").Default("").
			Description("A file that holds the secret. It is read again after credentials were refused, so that the secret can be changed."),
	)
}

func parseCredentials(api string, conf *service.ParsedConfig) (c credentials, err error) {
	var secret string
	var errs [3]error
	c.api = api
	c.id, errs[0] = conf.FieldString("credentials", "id")
	secret, errs[1] = conf.FieldString("credentials", "secret")
	c.file, errs[2] = conf.FieldString("credentials", "secret_file")
	c.secret = auth.NewSecret(secret)
	if err := errors.Join(errs[:]...); err != nil {
		return c, err
	}
	if (secret == "") == (c.file == "") {
		return c, errors.New("credentials need secret or secret_file")
	}
	if c.id == "" && api != "threatconnectv3" {
		return c, errors.New("credentials need an id")
	}
	return c, nil
}

// sign is the editor of the API's scheme.
func (c credentials) sign() (auth.Editor, error) {
	secret := c.secret
	if c.file != "" {
		b, err := os.ReadFile(c.file)
		if err != nil {
			return nil, fmt.Errorf("the secret: %w", err)
		}
		secret = auth.NewSecret(strings.TrimSpace(string(b)))
	}
	switch {
	case c.api != "threatconnectv3":
		return auth.Basic(c.id, secret), nil
	case c.id == "":
		return auth.ThreatConnectToken(secret), nil
	}
	return auth.ThreatConnectHMAC(c.id, secret), nil
}
