package client

import (
	"context"
	"time"
)

// Await asks for the state of a job until done says that it has ended, and returns the last
// state. Between two questions it waits every, a second if that is not positive, or until the
// context ends. progress, if it is not nil, is called with each state.
//
//	status, err := client.Await(ctx, 5*time.Second, func(ctx context.Context) (threatconnectv2.BatchStatusReply, error) {
//		return c.GetBatchStatus(ctx, id, nil)
//	}, func(s threatconnectv2.BatchStatusReply) bool { return s.Data.BatchStatus.Status == "Completed" }, nil)
func Await[T any](ctx context.Context, every time.Duration, ask func(context.Context) (T, error), done func(T) bool, progress func(T)) (T, error) {
	if every <= 0 {
		every = time.Second
	}
	for {
		state, err := ask(ctx)
		if err != nil {
			return state, err
		}
		if progress != nil {
			progress(state)
		}
		if done(state) {
			return state, nil
		}
		if err := sleep(ctx, every); err != nil {
			return state, err
		}
	}
}
