package sdk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"google.golang.org/grpc"

	"gaia/sdk/internal/wire"
)

// streamHost is the host at the other end of a Perform stream.
type streamHost struct {
	stream grpc.ServerStream
	stderr io.Writer

	// sending is held while a message is sent: a stream takes one at a time.
	sending sync.Mutex
	left    bool

	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan *wire.Answer
	// deaf is why no answer will come any more.
	deaf error
}

func newStreamHost(stream grpc.ServerStream, stderr io.Writer) *streamHost {
	return &streamHost{stream: stream, stderr: stderr, waiting: map[uint64]chan *wire.Answer{}}
}

// listen takes what the host says, until it says nothing more.
func (h *streamHost) listen(stop *stop) {
	for {
		var message wire.HostMessage
		if err := h.stream.RecvMsg(&message); err != nil {
			h.hearNoMore(err)
			return
		}
		switch {
		case message.Cancel != nil:
			stop.now(message.Cancel.Reason)
		case message.Answer != nil:
			h.hear(message.Answer)
		}
	}
}

func (h *streamHost) hear(answer *wire.Answer) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if waiting, ok := h.waiting[answer.Request]; ok {
		delete(h.waiting, answer.Request)
		waiting <- answer
	}
}

func (h *streamHost) hearNoMore(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.deaf = fmt.Errorf("the host does not answer any more: %w", err)
	for id, waiting := range h.waiting {
		delete(h.waiting, id)
		close(waiting)
	}
}

// log sends the text. What comes when the host has gone, or the job has ended, must not be lost.
func (h *streamHost) log(level Level, text string) {
	if h.send(&wire.JobMessage{Log: &wire.Log{Level: int32(level), Text: text}}) != nil {
		lines(h.stderr, level.String()+" ", text)
	}
}

var errLeft = errors.New("the job has ended")

func (h *streamHost) send(message *wire.JobMessage) error {
	h.sending.Lock()
	defer h.sending.Unlock()
	if h.left {
		return errLeft
	}
	// Nothing may come behind the result.
	h.left = message.Result != nil
	return h.stream.SendMsg(message)
}

// leave ends the sending without a result.
func (h *streamHost) leave() {
	h.sending.Lock()
	defer h.sending.Unlock()
	h.left = true
}

func (h *streamHost) startRun(ctx context.Context, pipeline string, arguments map[string]string) (string, error) {
	run, err := h.ask(ctx, wire.Request{StartRun: &wire.StartRun{Pipeline: pipeline, Arguments: arguments}})
	return run.ID, err
}

func (h *streamHost) awaitRun(ctx context.Context, id string) (Run, error) {
	return h.ask(ctx, wire.Request{AwaitRun: &wire.AwaitRun{Run: id}})
}

// ask sends a request and waits for its answer.
func (h *streamHost) ask(ctx context.Context, request wire.Request) (Run, error) {
	answers := make(chan *wire.Answer, 1)
	h.mu.Lock()
	if h.deaf != nil {
		h.mu.Unlock()
		return Run{}, h.deaf
	}
	h.last++
	request.ID = h.last
	h.waiting[request.ID] = answers
	h.mu.Unlock()

	if err := h.send(&wire.JobMessage{Request: &request}); err != nil {
		return Run{}, err
	}
	select {
	case answer, ok := <-answers:
		if !ok {
			return Run{}, h.deaf
		}
		return answered(answer)
	case <-ctx.Done():
		return Run{}, ctx.Err()
	}
}

func answered(answer *wire.Answer) (Run, error) {
	switch {
	case answer.Error != "":
		return Run{}, errors.New(answer.Error)
	case answer.Run == nil:
		return Run{}, errors.New("the host's answer says nothing of a run")
	}
	return Run{ID: answer.Run.ID, Status: answer.Run.Status, Outputs: outputsFrom(answer.Run.Outputs)}, nil
}
