package main

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/threatclients/threatclients-go/client"
)

// measure records an attempt when it is over. Its path is the template of the operation, so that it
// can be a label.
func measure(ctx context.Context, durations metric.Float64Histogram, a client.Attempt) {
	durations.Record(ctx, a.Duration.Seconds(), metric.WithAttributes(
		attribute.String("operation", a.Operation), attribute.String("url.template", a.Path), attribute.Int("http.response.status_code", a.Status)))
}

// traced gives each attempt a span and sends the trace headers. otelhttp does more, but its spans
// hold the whole URL: the query of a call can be as private as its answer.
type traced struct{ trace.Tracer }

func (t traced) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, span := t.Start(r.Context(), r.Method, trace.WithSpanKind(trace.SpanKindClient))
	defer span.End() // when the header is there; the body is read later
	span.SetAttributes(attribute.String("http.request.method", r.Method), attribute.String("server.address", r.URL.Hostname()))
	r = r.Clone(ctx) // a transport leaves its request as it is
	propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(r.Header))
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		span.SetStatus(codes.Error, "no answer") // err may hold the URL
		return nil, err
	}
	span.SetAttributes(attribute.Int("http.response.status_code", resp.StatusCode))
	if resp.StatusCode >= http.StatusBadRequest {
		span.SetStatus(codes.Error, resp.Status)
	}
	return resp, nil
}
