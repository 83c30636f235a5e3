// Command telemetry fetches a campaign of Proofpoint TAP with a log by slog, and traces and metrics
// by OpenTelemetry, which it prints. None of them holds a query, a credential or a body. It is a
// module of its own, so that OpenTelemetry is only in programs that want it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel/exporters/stdout/stdoutmetric"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/threatclients/threatclients-go/auth"
	"github.com/threatclients/threatclients-go/client"
	"github.com/threatclients/threatclients-go/gen/tap"
)

func main() {
	server := flag.String("server", tap.DefaultServer, "`URL` of the API")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: telemetry [flags] campaign-id")
		flag.PrintDefaults()
	}
	if flag.Parse(); flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(context.Background(), *server, flag.Arg(0)); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, server, id string) error {
	spans, err := stdouttrace.New()
	if err != nil {
		return err
	}
	points, err := stdoutmetric.New()
	if err != nil {
		return err
	}
	traces := trace.NewTracerProvider(trace.WithSyncer(spans))
	metrics := metric.NewMeterProvider(metric.WithReader(metric.NewPeriodicReader(points)))
	defer func() { _ = metrics.Shutdown(ctx) }() // prints what was counted

	durations, err := metrics.Meter("telemetry").Float64Histogram("http.client.request.duration")
	if err != nil {
		return err
	}
	tracer := traces.Tracer("telemetry")
	logger := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})) // what succeeds is logged as Debug
	c, err := tap.New(auth.Basic(os.Getenv("TAP_PRINCIPAL"), os.Getenv("TAP_SECRET")), client.Server(server),
		client.Transport(traced{tracer}), client.Log(logger),
		client.OnAttempt(func(a client.Attempt) { measure(ctx, durations, a) }))
	if err != nil {
		return err
	}
	ctx, span := tracer.Start(ctx, "look-up") // the attempts below are its children
	defer span.End()
	campaign, err := c.GetCampaign(ctx, id)
	if err != nil {
		return err
	}
	fmt.Println(campaign.Name)
	return nil
}
