import type { CommandSpec } from "../command-spec.ts";
import { INIT_COMMAND } from "./specs-init.ts";
import { IMPORT_COMMAND } from "./specs-import.ts";
import { KEPT_COMMANDS } from "./specs-kept.ts";
import { OVERVIEW_COMMANDS } from "./specs-overview.ts";
import { LOOK_COMMANDS, RUN_COMMANDS } from "./specs-run.ts";
import { PIPELINE_COMMAND } from "./specs-pipeline.ts";
import { SECRET_COMMAND } from "./specs-secret.ts";
import { SDK_COMMAND } from "./specs-sdk.ts";
import { SERVER_COMMANDS, WORKFLOW_COMMAND } from "./specs-server.ts";

/** The whole tree of commands. `workflow run` and `workflow validate` are the short forms under their full names. */
export const COMMANDS: readonly CommandSpec[] = [
  ...RUN_COMMANDS,
  ...LOOK_COMMANDS,
  ...OVERVIEW_COMMANDS,
  withShortForms(WORKFLOW_COMMAND, ["run", "validate"]),
  PIPELINE_COMMAND,
  SECRET_COMMAND,
  ...KEPT_COMMANDS,
  INIT_COMMAND,
  SDK_COMMAND,
  IMPORT_COMMAND,
  ...SERVER_COMMANDS,
];

function withShortForms(noun: CommandSpec, names: readonly string[]): CommandSpec {
  const short = [...RUN_COMMANDS, ...LOOK_COMMANDS].filter((command) => names.includes(command.name));
  return { ...noun, commands: [...(noun.commands ?? []), ...short] };
}
