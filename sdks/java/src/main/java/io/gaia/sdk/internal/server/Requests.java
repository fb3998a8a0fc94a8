package io.gaia.sdk.internal.server;

import io.gaia.sdk.PipelineCallException;
import io.gaia.sdk.internal.protocol.ProgramProtocol;
import io.gaia.sdk.internal.wire.Message;
import java.util.HashMap;
import java.util.Map;

/** What a job asks its host, until it is answered. May be used by any thread of the job. */
final class Requests {
    private final Answers answers;
    /** By number: null until the answer has come. */
    private final Map<Long, Message> open = new HashMap<>();
    private long last;
    private boolean ended;

    Requests(Answers answers) {
        this.answers = answers;
    }

    /**
     * Asks, and waits for the answer's run.
     *
     * @throws PipelineCallException when the host refuses, or can answer no more
     */
    synchronized Message ask(String what, Message wanted) throws InterruptedException {
        long id = ++last;
        open.put(id, null);
        try {
            answers.send(new Message(ProgramProtocol.JOB_MESSAGE)
                    .set("request", new Message(ProgramProtocol.REQUEST).set("id", id).set(what, wanted)));
            while (open.get(id) == null) {
                if (ended) {
                    throw new PipelineCallException("the host has ended the call, and answers no more");
                }
                wait();
            }
            Message answer = open.get(id);
            if (!answer.text("error").isEmpty()) {
                throw new PipelineCallException(answer.text("error"));
            }
            return answer.message("run");
        } finally {
            open.remove(id);
        }
    }

    /** The host has answered. What nobody waits for any more is passed over. */
    synchronized void answered(Message answer) {
        if (open.containsKey(answer.number("request"))) {
            open.put(answer.number("request"), answer);
            notifyAll();
        }
    }

    synchronized void noMoreAnswers() {
        ended = true;
        notifyAll();
    }
}
