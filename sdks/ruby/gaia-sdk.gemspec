# frozen_string_literal: true

require_relative "lib/gaia/sdk/version"

Gem::Specification.new do |spec|
  spec.name = "gaia-sdk"
  spec.version = Gaia::SDK::VERSION
  spec.summary = "Pipelines for Gaia in Ruby"
  spec.description = "Pipelines for Gaia, a self-hosted automation platform: a program whose functions are the jobs."
  spec.authors = ["The Gaia authors"]
  spec.license = "Apache-2.0"
  spec.required_ruby_version = ">= 3.0"
  spec.files = Dir["lib/**/*.rb", "README.md", "LICENSE", base: __dir__]
  spec.require_paths = ["lib"]
  spec.add_dependency "grpc", "~> 1.42"
end
