"""A host of pipeline programs: starts one as Gaia does, and calls it over mutual TLS."""

import os
import queue
import subprocess
import sys
import threading

import grpc

from gaia.wire import messages

#: Long enough for a slow, busy machine.
PATIENCE = 60

_CHANNEL = (
    ("grpc.ssl_target_name_override", "unused"),
    ("grpc.default_authority", "unused"),
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
)
SOURCE = os.path.join(os.path.dirname(__file__), "..", "src")


def start(code, certificates, folder, environment=None):
    """Starts a program that Python code is, in a folder."""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": SOURCE, **certificates.environment(), **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


class Program:
    """A started program, with its handshake read."""

    def __init__(self, code, certificates, folder, environment=None):
        self.process = start(code, certificates, folder, environment)
        self.handshake = self.process.stdout.readline().decode()
        self.stdout, self.stderr = _Drain(self.process.stdout), _Drain(self.process.stderr)
        if not self.handshake:
            self.process.wait()
            raise AssertionError(self.stderr.all())
        self.address = self.handshake.split("|")[3]
        self.channel = self.connect(
            certificates, certificates.read("leaf.key"), certificates.read("leaf.crt")
        )

    def connect(self, certificates, key=None, certificate=None):
        credentials = grpc.ssl_channel_credentials(certificates.read("ca.crt"), key, certificate)
        return grpc.secure_channel(self.address, credentials, _CHANNEL)

    def get_jobs(self, channel=None):
        call = (channel or self.channel).unary_stream(
            "/proto.Plugin/GetJobs", messages.EMPTY.encode, messages.JOB.decode
        )
        return list(call({}, timeout=PATIENCE))

    def execute(self, identifier, args=()):
        return self.executing(identifier, args).result()

    def executing(self, identifier, args=()):
        """A call of ExecuteJob that goes on."""
        call = self.channel.unary_unary(
            "/proto.Plugin/ExecuteJob", messages.JOB.encode, messages.JOB_RESULT.decode
        )
        request = {"unique_id": identifier, "args": [{"key": key, "value": value} for key, value in args]}
        return call.future(request, timeout=PATIENCE)

    def describe(self):
        path = "/gaia.program.v1.Program/Describe"
        return self.channel.unary_unary(path, messages.EMPTY.encode, messages.DESCRIPTION.decode)(
            {}, timeout=PATIENCE
        )

    def health(self, service):
        call = self.channel.unary_unary(
            "/grpc.health.v1.Health/Check", messages.HEALTH_REQUEST.encode, messages.HEALTH_RESPONSE.decode
        )
        return call({"service": service}, timeout=PATIENCE)["status"]

    def perform(self, identifier, **start):
        return Performance(self.channel, {"job": identifier, "attempt": 1, **start})

    def close(self):
        self.channel.close()
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.wait()
            self.stdout.join()
            self.stderr.join()


class Performance:
    """One call of Perform."""

    def __init__(self, channel, start):
        self._sent = queue.Queue()
        self.send({"start": start})
        call = channel.stream_stream(
            "/gaia.program.v1.Program/Perform", messages.HOST_MESSAGE.encode, messages.JOB_MESSAGE.decode
        )
        self.call = call(iter(self._sent.get, None), timeout=PATIENCE)
        self.log = []

    def send(self, message):
        """None ends what this host has to say."""
        self._sent.put(message)

    def next_log(self):
        """The next message, which has to be a line of the log."""
        log = next(self.call)["log"]
        self.log.append((log["level"], log["text"]))
        return log["text"]

    def next_request(self):
        return next(self.call)["request"]

    def result(self):
        """The result. Log lines before it are kept."""
        for message in self.call:
            if message["log"] is not None:
                self.log.append((message["log"]["level"], message["log"]["text"]))
            if message["result"] is not None:
                self._sent.put(None)
                if next(self.call, None) is not None:
                    raise AssertionError("the stream goes on after the result")
                return message["result"]
        raise AssertionError("the stream ended without a result")


class _Drain(threading.Thread):
    """Reads all that a process prints."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self._pipe = pipe
        self._changed = threading.Condition()
        self._data = b""
        self.start()

    def run(self):
        with self._pipe:
            for line in self._pipe:
                with self._changed:
                    self._data += line
                    self._changed.notify_all()

    def all(self):
        self.join(PATIENCE)
        return self._data

    def wait_for(self, text):
        """Waits until something was printed, and returns all so far."""
        with self._changed:
            if not self._changed.wait_for(lambda: text in self._data, PATIENCE):
                raise AssertionError(f"{text!r} was not printed, but {self._data!r}")
            return self._data
