// A pipeline without an SDK: what the protocol wants, and one job.
const { readFileSync } = require("node:fs");
const grpc = require("@grpc/grpc-js");
const { fromJSON } = require("@grpc/proto-loader");

const field = (type, id, more) => ({ type, id, ...more });
const definition = fromJSON(
  {
    nested: {
      proto: {
        nested: {
          Empty: { fields: {} },
          Job: { fields: { unique_id: field("uint32", 1), title: field("string", 2) } },
          JobResult: { fields: { unique_id: field("uint32", 1), failed: field("bool", 2) } },
          Plugin: {
            methods: {
              GetJobs: { requestType: "Empty", responseType: "Job", responseStream: true },
              ExecuteJob: { requestType: "Job", responseType: "JobResult" },
            },
          },
        },
      },
    },
  },
  { keepCase: true },
);

const server = new grpc.Server();
server.addService(definition["proto.Plugin"], {
  GetJobs(call) {
    call.write({ unique_id: 1, title: "Say hello" });
    call.end();
  },
  ExecuteJob(call, answer) {
    console.error("hello");
    answer(null, {});
  },
});
const [certificate, key, authority] = ["CERT", "KEY", "CA_CERT"].map((name) =>
  readFileSync(process.env[`GAIA_PLUGIN_${name}`]),
);
const credentials = grpc.ServerCredentials.createSsl(
  authority,
  [{ cert_chain: certificate, private_key: key }],
  true,
);
server.bindAsync("127.0.0.1:0", credentials, (error, port) => {
  if (error) throw error;
  console.log(`1|2|tcp|127.0.0.1:${port}|grpc`);
});
