import { expect, test } from "vitest";
import { lastWords } from "./last-words.ts";

/** What the languages write when a program ends by what it throws. */
test.each([
  [
    "Node",
    `file:///app/main.js:1
import {nope} from "fs"
        ^^^^
SyntaxError: The requested module 'fs' does not provide an export named 'nope'
    at ModuleJob._instantiate (node:internal/modules/esm/module_job:213:21)

Node.js v24.0.0
`,
    "SyntaxError: The requested module 'fs' does not provide an export named 'nope'",
  ],
  [
    "Node with a code",
    `node:internal/modules/package_json_reader:256
  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);

Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'not-there'
    at Object.getPackageJSONURL (node:internal/modules/package_json_reader:256:9) {
  code: 'ERR_MODULE_NOT_FOUND'
}
`,
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'not-there'",
  ],
  [
    "Python",
    `Traceback (most recent call last):
  File "main.py", line 2, in <module>
subprocess.CalledProcessError: Command '['false']' returned non-zero exit status 1.
sys:1: ResourceWarning: unclosed file
`,
    "subprocess.CalledProcessError: Command '['false']' returned non-zero exit status 1.",
  ],
  [
    "Ruby",
    "<internal:require.rb>:85:in `require': cannot load such file -- nothere (LoadError)\n\tfrom main.rb:1:in `<main>'\nat_exit: done\n",
    "<internal:require.rb>:85:in `require': cannot load such file -- nothere (LoadError)",
  ],
  [
    "Java",
    'Exception in thread "main" Main$StartException: outer\n\tat Main.main(Main.java:1)\nShutting down\n',
    'Exception in thread "main" Main$StartException: outer',
  ],
  [
    "Java with a cause",
    "Error: Could not find or load main class Nope\nCaused by: java.lang.ClassNotFoundException: Nope\n",
    "Caused by: java.lang.ClassNotFoundException: Nope",
  ],
  [
    "Go",
    "panic: bad thing\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:3 +0x3b\n",
    "panic: bad thing",
  ],
  [
    "Go's runtime",
    "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan receive]:\nmain.main()\n",
    "fatal error: all goroutines are asleep - deadlock!",
  ],
])("are the error that is named: %s", (_, stderr, words) => {
  expect(lastWords(stderr)).toBe(words);
});

test.each([
  ["WARN no Exception today\nfatal: cannot open /x\n", "fatal: cannot open /x"],
  ["INFO: Error reporting is on\r\nno such file: config\r\n", "no such file: config"],
  [
    "ErrorHandler registered\nException handling (with Error) is on\nport taken\n  retry\n---\n",
    "port taken",
  ],
  [`${"x".repeat(400)}\n`, "x".repeat(300)],
  ["  \n---\n", null],
  ["", null],
])("are the last line where none is named: %j", (stderr, words) => {
  expect(lastWords(stderr)).toBe(words);
});
