// Command cmd is Benthos with the input threatclients, and nothing else beyond its own parts:
//
//	go run ./cmd run config.yaml
package main

import (
	"context"

	_ "github.com/redpanda-data/benthos/v4/public/components/io"
	_ "github.com/redpanda-data/benthos/v4/public/components/pure"
	"github.com/redpanda-data/benthos/v4/public/service"

	_ "github.com/threatclients/threatclients-go/examples/collector"
)

func main() { service.RunCLI(context.Background()) }
