import approval from "../../../../examples/approval/approval.yaml?raw";
import hello from "../../../../examples/hello/hello.yaml?raw";
import nightly from "../../../../examples/nightly/nightly.yaml?raw";

/** What an empty file can begin as. The examples are those of the project, which its tests run. */
export interface Template {
  readonly name: string;
  readonly text: string;
  readonly description: string;
}

/** Two tasks: less shows no order. */
const SMALLEST = `name: my-pipeline

tasks:
  - id: build
    command: echo "building"

  - id: test
    command: echo "testing"
    dependencies: [build]
`;

export const TEMPLATES: readonly Template[] = [
  { name: "Two tasks", text: SMALLEST, description: "The smallest that shows an order." },
  { name: "Hello", text: hello, description: "An input, an output, a matrix and a join." },
  { name: "Approval", text: approval, description: "Build, ask a person, deploy; retries and a clean-up." },
  { name: "Nightly", text: nightly, description: "A schedule, retries, and a word when it fails." },
];
