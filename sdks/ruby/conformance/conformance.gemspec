# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = "conformance"
  spec.version = "0.1.0"
  spec.summary = "The conformance program of Gaia's SDK for Ruby"
  spec.authors = ["The Gaia authors"]
  spec.license = "Apache-2.0"
  spec.required_ruby_version = ">= 3.0"
  spec.files = Dir["lib/*.rb", base: __dir__]
  spec.add_dependency "gaia-sdk"
end
