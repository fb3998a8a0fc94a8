package io.gaia.sdk.internal.perform;

/** Interrupts the thread of an attempt, and never what the thread does before or after. */
final class Cancellation {
    private Thread thread;
    private String reason;

    /** Begins the attempt on this thread; false when it was cancelled before. */
    synchronized boolean enter() {
        if (reason != null) {
            return false;
        }
        thread = Thread.currentThread();
        return true;
    }

    /** Ends the attempt. The thread may be used for another one then. */
    synchronized void leave() {
        thread = null;
        Thread.interrupted();
    }

    synchronized void cancel(String why) {
        if (reason == null) {
            reason = why;
        }
        if (thread != null) {
            thread.interrupt();
        }
    }

    synchronized boolean isCancelled() {
        return reason != null;
    }

    synchronized String reason() {
        return reason == null ? "" : reason;
    }
}
