/** The command line, for those who start it from a program. */
export { main, runProcess } from "./main.ts";
export { EXIT, type ExitStatus } from "./exit.ts";
export { GaiaClient } from "./client/api.ts";
export { endpointFrom, homeFolder, type Endpoint } from "./client/endpoint.ts";
export { ensureServer } from "./client/ensure-server.ts";
export { serverPort, type ServerPort } from "./server-port.ts";
