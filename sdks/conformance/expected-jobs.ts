import type { ProgramArgument } from "@gaia/program";

/** The jobs of the conformance program, as README.md has them. */

interface ExpectedJob {
  readonly title: string;
  readonly description?: string;
  readonly dependsOn?: readonly string[];
  readonly arguments?: readonly ProgramArgument[];
  readonly onDemand?: boolean;
  readonly attempts?: number;
  readonly timeoutMs?: number;
}

function argument(
  key: string,
  type: ProgramArgument["type"],
  more: Partial<ProgramArgument> = {},
): ProgramArgument {
  return { key, type, declaredType: type, description: "", value: "", choices: [], required: false, ...more };
}

export const EXPECTED_JOBS: readonly ExpectedJob[] = [
  {
    title: "Greet",
    description: "Says hello",
    arguments: [
      argument("name", "text", { value: "world", description: "Who is greeted" }),
      argument("note", "textarea"),
      argument("loud", "boolean", { value: "false" }),
      argument("times", "number", { value: "2" }),
      argument("tone", "choice", { value: "calm", choices: ["calm", "wild"] }),
      argument("TOKEN", "vault"),
    ],
  },
  { title: "Read", dependsOn: ["Greet"] },
  { title: "Levels" },
  { title: "Needs", arguments: [argument("what", "text", { required: true })] },
  { title: "Fail" },
  { title: "Flaky", attempts: 2 },
  { title: "Exit" },
  { title: "Throw" },
  { title: "Skip" },
  { title: "Grow", arguments: [argument("parts", "number", { value: "2" })] },
  { title: "Part", onDemand: true, arguments: [argument("index", "number"), argument("TOKEN", "vault")] },
  { title: "Sum", onDemand: true },
  { title: "Wait" },
  { title: "Stubborn", timeoutMs: 300 },
  { title: "Crash" },
  { title: "Sleep", arguments: [argument("ms", "number", { value: "200" })] },
  { title: "Noise" },
  { title: "Child" },
  { title: "Call", arguments: [argument("pipeline", "text", { value: "other" })] },
  { title: "Größe ☃", arguments: [argument("wert", "text", { value: "ü" })] },
  { title: "Slow", timeoutMs: 300 },
];

/** FNV-1a of 32 bits, of the UTF-8 bytes of a title. */
export function titleHash(title: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(title)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
