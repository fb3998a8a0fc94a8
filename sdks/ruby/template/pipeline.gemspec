# frozen_string_literal: true

Gem::Specification.new do |spec|
  # Gaia puts a name here, and calls lib/gaia.rb the same.
  spec.name = "${NAME}"
  spec.version = "0.1.0"
  spec.summary = "The pipeline @NAME@ for Gaia"
  spec.authors = ["@NAME@"]
  spec.required_ruby_version = ">= 3.0"
  # The SDK becomes part of the gem.
  spec.files = Dir["lib/*.rb", "gaia-sdk/lib/**/*.rb", base: __dir__]
  spec.require_paths = ["lib", "gaia-sdk/lib"]
  spec.add_dependency "grpc", "~> 1.42"
end
