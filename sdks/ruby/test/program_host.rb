# frozen_string_literal: true

ENV["GRPC_VERBOSITY"] ||= "NONE"
require "grpc"
require "open3"
require "gaia/sdk/graph"
require "gaia/sdk/wire/messages"

# A host of pipeline programs: starts one as Gaia does, and calls it over mutual TLS.
class ProgramHost
  include Gaia::SDK::Wire

  ANYTHING = proc { |bytes| bytes }
  OPTIONS = {
    "grpc.ssl_target_name_override" => "unused",
    "grpc.default_authority" => "unused",
    "grpc.max_receive_message_length" => -1,
    "grpc.max_send_message_length" => -1
  }.freeze

  attr_reader :handshake, :pid, :stdout, :stderr, :stub

  # Status, stdout and stderr of a program that is expected to end by itself.
  def self.run(code, environment)
    stdout, stderr, status = Open3.capture3(environment, *command(code), stdin_data: "")
    [status.exitstatus, stdout, stderr]
  end

  def self.command(code)
    ["ruby", "-w", "-I#{ROOT}/lib", "-I#{ROOT}/conformance/lib", "-e", code]
  end

  def initialize(code, certificates)
    out, out_of_program = IO.pipe
    err, err_of_program = IO.pipe
    @pid = Process.spawn(
      certificates.environment, *self.class.command(code), in: File::NULL, out: out_of_program, err: err_of_program
    )
    @waiter = Process.detach(@pid)
    [out_of_program, err_of_program].each(&:close)
    @handshake = out.gets
    @stdout = Drain.new(out)
    @stderr = Drain.new(err)
    raise @stderr.all if @handshake.nil?

    @certificates = certificates
    @stub = connect(certificates.read("leaf.key"), certificates.read("leaf.crt"))
  end

  def connect(key = nil, certificate = nil)
    credentials = GRPC::Core::ChannelCredentials.new(@certificates.read("ca.crt"), key, certificate)
    GRPC::ClientStub.new(@handshake.split("|")[3], credentials, channel_args: OPTIONS)
  end

  def jobs(stub = @stub)
    path = "/proto.Plugin/GetJobs"
    stub.server_streamer(path, "", ANYTHING, ANYTHING, deadline: deadline).map { |bytes| JOB.decode(bytes) }
  end

  def execute(id, args = {}) = executing(id, args).execute

  # A call of ExecuteJob that has not begun.
  def executing(id, args = {})
    args = args.map { |key, value| { key: key, value: value } }
    @stub.request_response(
      "/proto.Plugin/ExecuteJob", { unique_id: id, args: args },
      JOB.method(:encode), JOB_RESULT.method(:decode), deadline: deadline, return_op: true
    )
  end

  def describe
    path = "/gaia.program.v1.Program/Describe"
    @stub.request_response(path, {}, EMPTY.method(:encode), DESCRIPTION.method(:decode), deadline: deadline)
  end

  def health(service)
    @stub.request_response(
      "/grpc.health.v1.Health/Check", { service: service },
      HEALTH_REQUEST.method(:encode), HEALTH_RESPONSE.method(:decode), deadline: deadline
    )[:status]
  end

  def perform(id, **start) = Performance.new(@stub, { job: id, attempt: 1, **start }, deadline)

  def kill(signal) = Process.kill(signal, @pid)

  # The status of the program when it has ended. One that does not end is killed.
  def status
    return @waiter.value if @waiter.join(PATIENCE_SECONDS)

    kill("KILL")
    raise "the program did not end"
  end

  def close
    kill("TERM") if @waiter.alive?
    status
  ensure
    [@stdout, @stderr].each(&:all)
  end

  private

  def deadline = Time.now + PATIENCE_SECONDS

  # One call of Perform.
  class Performance
    include Gaia::SDK::Wire

    attr_reader :log

    def initialize(stub, start, deadline)
      @sent = Thread::Queue.new
      send({ start: start })
      requests = Enumerator.new { |all| all << @sent.pop until @sent.closed? && @sent.empty? }
      @operation = stub.bidi_streamer(
        "/gaia.program.v1.Program/Perform", requests.lazy.reject(&:nil?),
        HOST_MESSAGE.method(:encode), JOB_MESSAGE.method(:decode), deadline: deadline, return_op: true
      )
      @received = @operation.execute
      @log = []
    end

    def send(message) = @sent << message

    # Ends what this host has to say.
    def end_sending = @sent.close

    def cancel
      end_sending
      @operation.cancel
    end

    # The text of the next message, which has to be a line of the log.
    def next_log = @received.next[:log][:text]

    def next_request = @received.next[:request]

    # The result. Log lines before it are kept.
    def result
      loop do
        message = @received.next
        @log << message[:log].values_at(:level, :text) if message[:log]
        return message[:result] if message[:result]
      end
    ensure
      end_sending
    end
  end

  # Reads all that a process prints.
  class Drain
    def initialize(pipe)
      @mutex = Mutex.new
      @changed = ConditionVariable.new
      @data = +"".b
      @thread = Thread.new do
        pipe.each_line { |line| @mutex.synchronize { (@data << line.b) && @changed.broadcast } }
        pipe.close
      end
    end

    def all
      @thread.join(PATIENCE_SECONDS)
      @data
    end

    # Waits until something was printed, and returns all so far.
    def wait_for(text)
      deadline = Time.now + PATIENCE_SECONDS
      @mutex.synchronize do
        until @data.include?(text.b)
          raise "#{text.inspect} was not printed, but #{@data.inspect}" if Time.now > deadline

          @changed.wait(@mutex, 1)
        end
        @data.dup
      end
    end
  end
end
