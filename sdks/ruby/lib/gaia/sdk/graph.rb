# frozen_string_literal: true

module Gaia
  module SDK
    # FNV-1a, 32 bits, of the title's UTF-8 bytes.
    def self.job_id(title)
      title.encode("UTF-8").each_byte.inject(0x811C9DC5) { |hash, byte| ((hash ^ byte) * 0x01000193) & 0xFFFFFFFF }
    end

    # A job in its graph: with its id, and its dependencies found.
    Node = Struct.new(:job, :id, :depends_on) do
      def title = job.title
    end

    # The jobs by id and by title. A wrong one is a DefinitionError, with all that is wrong.
    class Graph
      include Enumerable

      def initialize(jobs)
        @nodes = jobs.map { |job| Node.new(job, SDK.job_id(job.title), []) }
        @by_title = @nodes.reverse.to_h { |node| [node.title.downcase, node] }
        @by_id = @nodes.to_h { |node| [node.id, node] }
        problems = title_problems + dependency_problems + @nodes.flat_map { |node| policy_problems(node) }
        problems = circle_problems if problems.empty?
        raise DefinitionError, problems unless problems.empty?
      end

      # All jobs, in the author's order.
      def each(&block) = @nodes.each(&block)

      def by_id(id) = @by_id[id]

      # The node of a job of this pipeline, or of a title in any case.
      def node_of(job)
        node = @by_title[SDK.title_of(job).downcase]
        node if !job.is_a?(Job) || node&.job.equal?(job)
      end

      # ` (did you mean …?)` for a title that does not exist, or nothing.
      def closest(title)
        require "did_you_mean"

        near = DidYouMean::SpellChecker.new(dictionary: @nodes.map(&:title)).correct(title).first
        near ? " (did you mean \"#{near}\"?)" : ""
      rescue LoadError
        ""
      end

      private

      def title_problems
        if @nodes.all? { |node| node.job.on_demand? }
          return ["the pipeline has no jobs#{", only such on demand" unless @nodes.empty?}"]
        end

        first = {}
        @nodes.filter_map do |node|
          other = first[node.id] ||= node
          if node.title.strip.empty? then "a job has no title"
          elsif !@by_title[node.title.downcase].equal?(node)
            "two jobs are called \"#{node.title}\": the case of letters makes no difference"
          elsif !other.equal?(node)
            "\"#{other.title}\" and \"#{node.title}\" have the same id, by chance: rename one of them"
          end
        end
      end

      def dependency_problems
        @nodes.flat_map do |node|
          problems = node.job.depends_on.filter_map { |wanted| dependency_problem(node, wanted) }
          if node.job.on_demand? && !node.job.depends_on.empty?
            problems << "job \"#{node.title}\" is on demand: what it depends on is said where it is added"
          end
          problems
        end
      end

      # Takes over a dependency, or says what is wrong with it.
      def dependency_problem(node, wanted)
        title = SDK.title_of(wanted)
        found = node_of(wanted)
        if found.nil?
          "job \"#{node.title}\" depends on \"#{title}\", which is not declared#{closest(title)}"
        elsif found.job.on_demand?
          "job \"#{node.title}\" depends on \"#{title}\", which is on demand: no part of the graph"
        else
          node.depends_on << found unless node.depends_on.any? { |other| other.equal?(found) }
          nil
        end
      end

      def policy_problems(node)
        where = "job \"#{node.title}\""
        job = node.job
        problems = []
        problems << "#{where} has no function" unless job.function.respond_to?(:call)
        unless job.attempts.is_a?(Integer) && job.attempts >= 1
          problems << "#{where}: attempts is #{job.attempts.inspect}, but has to be a whole number from 1"
        end
        unless job.timeout.nil? || (job.timeout.is_a?(Numeric) && job.timeout.positive? && job.timeout.finite?)
          problems << "#{where}: timeout is #{job.timeout.inspect}, but has to be seconds above 0"
        end
        twice = job.args.group_by(&:key).select { |_, all| all.size > 1 }.keys
        problems.concat(twice.map { |key| "#{where} declares the argument \"#{key}\" twice" })
        problems + job.args.filter_map { |argument| argument_problem(argument) }.map { |text| "#{where}: #{text}" }
      end

      def argument_problem(argument)
        return "an argument has no key" if argument.key.empty?

        where = "argument \"#{argument.key}\""
        return "#{where} has no choices" if argument.type == :choice && argument.choices.empty?

        default = argument.default
        return if default.empty?

        no = wrong_default(argument, default)
        "#{where} has the default \"#{default}\", which is #{no}" if no
      end

      def wrong_default(argument, default)
        case argument.type
        when :choice then "none of #{argument.choices.join(", ")}" unless argument.choices.include?(default)
        when :number then "no number" unless SDK.number_of(default)
        when :boolean then "no boolean" if SDK.boolean_of(default).nil?
        end
      end

      def circle_problems
        circle = SDK.circle(@nodes.to_h { |node| [node.title, node.depends_on.map(&:title)] })
        circle ? ["jobs depend on each other in a circle: #{circle.join(" -> ")}"] : []
      end
    end

    # The title of what may be given by title.
    def self.title_of(job) = job.respond_to?(:title) ? job.title : job.to_s

    # A circle of dependencies, from a title back to itself, or nil. Without recursion: chains outgrow the stack.
    def self.circle(depends_on)
      done = {}
      depends_on.each_key do |first|
        path = {}
        todo = [[first, :enter]]
        until todo.empty?
          title, step = todo.pop
          if step == :leave
            path.delete(title)
            done[title] = true
          elsif path.key?(title)
            return [*path.keys.drop_while { |other| other != title }, title]
          elsif !done[title]
            path[title] = true
            todo << [title, :leave]
            depends_on.fetch(title, []).each { |other| todo << [other, :enter] }
          end
        end
      end
      nil
    end
  end
end
