# frozen_string_literal: true

Dir["#{__dir__}/*_test.rb"].each { |file| require file }
