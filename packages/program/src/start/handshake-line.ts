import { PROGRAM_PROTOCOL } from "@gaia/contracts/program-protocol.ts";
import { ProgramError } from "../program-error.ts";
import type { Handshake } from "../port.ts";

const SHOWN_CHARACTERS = 200;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
/** What a program prints that listens everywhere. */
const EVERYWHERE = /^(|0\.0\.0\.0|::)$/;

/** Reads `CORE|APP|NETWORK|ADDRESS|PROTOCOL[|CERTIFICATE]`, without its newline. Throws a `ProgramError`. */
export function parseHandshake(line: Buffer): Handshake {
  const text = line.toString("utf8").trim();
  if (isBinary(line)) {
    throw new ProgramError("binary_output", `The program printed binary data to stdout: ${shown(line)}.`);
  }
  const [core = "", app = "", network = "", address = "", protocol = "netrpc"] = text.split("|");
  if (!/^\d+\|[^|]*\|[^|]*\|[^|]+/.test(text)) {
    const sentence = `The program printed to stdout before its handshake line: ${shown(line)}.`;
    throw new ProgramError("noise_before_handshake", sentence);
  }
  if (Number(core) !== PROGRAM_PROTOCOL.coreVersion) {
    const sentence = `The program speaks core protocol ${core}, Gaia speaks ${PROGRAM_PROTOCOL.coreVersion}.`;
    throw new ProgramError("wrong_core_version", sentence);
  }
  if (!/^\d+$/.test(app) || Number(app) !== PROGRAM_PROTOCOL.appVersion) {
    const sentence = `The program speaks protocol version \`${app}\`, Gaia speaks ${PROGRAM_PROTOCOL.appVersion}.`;
    throw new ProgramError("wrong_app_version", sentence);
  }
  if (protocol !== PROGRAM_PROTOCOL.protocol) {
    const sentence = `The program serves \`${protocol}\`, Gaia speaks ${PROGRAM_PROTOCOL.protocol}.`;
    throw new ProgramError("wrong_protocol", sentence);
  }
  const target = { coreVersion: Number(core), appVersion: Number(app), protocol: "grpc" } as const;
  if (network === "unix" && address.startsWith("/")) return { ...target, network, address };
  if (network === "tcp") return { ...target, network, address: loopbackAddress(address) };
  throw badAddress(network, address);
}

/** The target of a channel, in the syntax of gRPC's names. */
export function channelTarget(handshake: Handshake): string {
  return handshake.network === "unix" ? `unix:${handshake.address}` : `dns:${handshake.address}`;
}

/** Programs listen on their own machine: what is printed may not send the host, with its certificate, elsewhere. */
function loopbackAddress(address: string): string {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, Math.max(colon, 0)).replace(/^\[(.*)\]$/, "$1");
  const port = Number(address.slice(colon + 1));
  if (colon < 0 || !Number.isInteger(port) || port < 1 || port > 65_535) throw badAddress("tcp", address);
  if (EVERYWHERE.test(host)) return `localhost:${port}`;
  if (!LOOPBACK.test(host)) throw badAddress("tcp", address);
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function badAddress(network: string, address: string): ProgramError {
  return new ProgramError(
    "bad_address",
    `The program says that it listens on ${network} \`${address}\`, which is no address of this machine alone.`,
  );
}

function isBinary(line: Buffer): boolean {
  // A character that is cut by the limit of the line is not the program's fault, and such a line is refused anyway.
  const text = line.toString("utf8");
  return /[\u0000-\u0008\u000e-\u001a]/.test(text) || text.includes("\ufffd");
}

/** For a sentence: one line, without control characters, not too long. */
export function shown(line: Buffer): string {
  const text = JSON.stringify(line.toString("utf8").trim());
  const plain = text.replace(/[\u007f-\u009f\ufffd]/g, "?");
  return plain.length > SHOWN_CHARACTERS ? `${plain.slice(0, SHOWN_CHARACTERS)}…"` : plain;
}
