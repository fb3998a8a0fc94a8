# frozen_string_literal: true

require "gaia/sdk"

# The form of Gaia's published SDK. A program moves over by requiring `gaia/sdk/published`, not `rubysdk`.
#
# The functions of such jobs take their arguments: items with `key` and `value`, which can be had by key, too.
module Interface
  TextFieldInput = "textfield"
  TextAreaInput = "textarea"
  BoolInput = "boolean"
  VaultInput = "vault"

  ErrorExitPipeline = Gaia::ExitPipeline

  # A job. `dependson` are titles. An interaction can be given, but Gaia has never asked for one.
  Job = Struct.new(:title, :handler, :desc, :dependson, :args, :interaction, keyword_init: true)
  # An argument, with its default as `value`.
  Argument = Struct.new(:desc, :type, :key, :value, keyword_init: true)
  ManualInteraction = Struct.new(:desc, :type, :value, keyword_init: true)
end

# What the published SDK is called.
module RubySDK
  # Serves these jobs.
  def self.Serve(jobs) = pipeline(jobs).serve # rubocop:disable Naming/MethodName -- as published

  # The same jobs as a Gaia::Pipeline, which tests take.
  def self.pipeline(jobs) = Gaia::Pipeline.new(jobs.map { |job| job_of(job) })

  def self.job_of(job)
    Gaia::Job.new(
      job.title, ->(ctx) { job.handler.call(ctx.args) },
      description: job.desc, depends_on: job.dependson, args: (job.args || []).map { |argument| argument_of(argument) }
    )
  end
  private_class_method :job_of

  def self.argument_of(argument)
    type = argument.type == Interface::TextFieldInput ? :text : argument.type.to_sym
    Gaia::Argument.new(key: argument.key, type: type, description: argument.desc.to_s, default: argument.value.to_s)
  end
  private_class_method :argument_of
end
