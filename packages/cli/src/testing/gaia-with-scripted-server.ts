/** The real command line, but for the server that it starts. */
import { fileURLToPath } from "node:url";
import { runProcess } from "../main.ts";
import { serverPort } from "../server-port.ts";

const program = fileURLToPath(new URL("scripted-main.ts", import.meta.url));
const port = { ...serverPort, serverProgram: () => ({ program: process.execPath, args: [program] }) };
await runProcess(process.argv.slice(2), "gaia", { port });
