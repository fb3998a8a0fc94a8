import { readFileSync } from "node:fs";
import { loadPackageDefinition, Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { PROGRAM_PROTO, PROGRAM_PROTO_OPTIONS } from "@gaia/contracts/program-protocol.ts";

/**
 * A pipeline program for tests, of the published protocol: `node titled-program.ts TITLE...` has a job for each title, one
 * behind the other. A job says its title and the argument `who`; one that is called `Wait` ends when the file exists that
 * `who` names.
 */

const titles = process.argv.slice(2);

/** A test that fails may kill everything in front of it; nobody else would end it then. */
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 500).unref();

interface Call {
  readonly request: { readonly unique_id: number; readonly args?: readonly { key: string; value: string }[] };
}
type Answer = (error: null, result: object) => void;

const jobs = titles.map((title, index) => ({
  unique_id: index + 1,
  title,
  description: `does ${title}`,
  dependson: index === 0 ? [] : [index],
  args: [{ key: "who", type: "textfield", description: "whom it is done for", value: "everybody" }],
}));

function getJobs(call: { write(job: object): void; end(): void }): void {
  for (const job of jobs) call.write(job);
  call.end();
}

async function executeJob({ request }: Call, answer: Answer): Promise<void> {
  const title = titles[request.unique_id - 1] ?? "";
  const who = request.args?.find(({ key }) => key === "who")?.value ?? "nobody";
  process.stderr.write(`${title} for ${who}\n`);
  if (title === "Wait") await fileAt(who);
  answer(null, { unique_id: request.unique_id, failed: false, exit_pipeline: false, message: "" });
}

async function fileAt(path: string): Promise<void> {
  const look = (resolve: () => void): void => {
    try {
      readFileSync(path);
      resolve();
    } catch {
      setTimeout(() => look(resolve), 10);
    }
  };
  await new Promise<void>(look);
}

interface PluginDefinition {
  readonly proto: { readonly Plugin: { readonly service: ServiceDefinition } };
}
const loaded = loadPackageDefinition(
  loadSync(PROGRAM_PROTO, PROGRAM_PROTO_OPTIONS),
) as unknown as PluginDefinition;
const server = new Server();
server.addService(loaded.proto.Plugin.service, {
  GetJobs: getJobs,
  ExecuteJob: (call: Call, answer: Answer) => void executeJob(call, answer),
});
const [certificate, key, authority] = ["CERT", "KEY", "CA_CERT"].map((name) =>
  readFileSync(process.env[`GAIA_PLUGIN_${name}`] ?? ""),
);
const pairs = [{ cert_chain: certificate ?? Buffer.of(), private_key: key ?? Buffer.of() }];
server.bindAsync(
  "127.0.0.1:0",
  ServerCredentials.createSsl(authority ?? null, pairs, true),
  (error, port) => {
    if (error !== null) throw error;
    process.stdout.write(`1|2|tcp|127.0.0.1:${port}|grpc\n`);
  },
);
