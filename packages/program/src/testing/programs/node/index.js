// A pipeline on the Node.js SDK as it is published.
const { ERR_EXIT_PIPELINE, Serve } = require("@gaia-pipeline/nodesdk");

let calls = 0;

function count(args) {
  calls += 1;
  for (const { key, value } of args) console.error(`count ${calls} ${key}=${value}`);
}

function fail() {
  throw new Error("it broke");
}

function leave() {
  throw ERR_EXIT_PIPELINE;
}

function crash() {
  process.exit(4);
}

const name = { type: "textfield", description: "whom to greet", key: "name", value: "Größe ☃" };

Serve([
  { handler: count, title: "Count", description: "says how often it ran", args: [name] },
  { handler: fail, title: "Fail", description: "", dependson: ["count"] },
  { handler: leave, title: "Exit", description: "", dependson: ["count"] },
  { handler: crash, title: "Crash", description: "" },
]);
