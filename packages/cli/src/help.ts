import { COMMON_FLAGS, type CommandSpec, type FlagSpec } from "./command-spec.ts";
import type { Style } from "./terminal/style.ts";
import { VERSION } from "@gaia/contracts/version.ts";

/** The first screen: what Gaia is, three examples, every command. */
export function rootHelp(style: Style): string {
  const title = style.strong;
  return [
    `${title("Gaia")} ${VERSION}: pipelines that are never lost, from a laptop to a cluster.`,
    "",
    `${title("Usage")}  gaia COMMAND [arguments] [flags]`,
    "",
    `  ${style.command("gaia run ci.yaml")}      start a workflow file and watch it`,
    `  ${style.command("gaia show @failed")}     look at the last run that failed`,
    `  ${style.command("gaia logs @ test -f")}   follow what a task prints`,
    "",
    `${title("Start")}      run  watch  stop  retry  inbox  approve  reject`,
    `${title("Look")}       runs  show  why  logs  debug  graph  validate  triggers  activity`,
    `${title("Workflows")}  workflow create|list|show|start|stop|status|logs|run|validate`,
    `${title("Pipelines")}  pipeline create|build|run|list|show|source|versions`,
    `           pipeline pin|unpin|promote|rollback|rm  init pipeline  sdk verify`,
    `           import gaia-home`,
    `${title("Secrets")}    secret set|list|versions|get|rm|rotate`,
    `${title("Server")}     up  open  down  status  worker list  cache list|clear`,
    `           db check|compact|backup  doctor`,
    `${title("More")}       api  schema  completion  version  help COMMAND`,
    "",
    `${title("Flags")}      --json  -q, --quiet  -v, --verbose  -h, --help`,
    "",
    "A run is named by its id or its beginning, ci#14, ci (its latest), @ (the last),",
    "@failed. Exit status: 0 success, 1 the run failed, 2 wrong usage or file,",
    "3 no server, 130 interrupted. GAIA_HOME names the home folder (~/.gaia).",
  ].join("\n");
}

/** Help of one command: usage, examples, its flags, then the rest. */
export function commandHelp(path: readonly string[], spec: CommandSpec, style: Style): string {
  const title = style.strong;
  const name = ["gaia", ...path].join(" ");
  const usage = [name, ...(spec.commands === undefined ? [argumentsText(spec)] : ["COMMAND"]), "[flags]"];
  const lines = [
    `${spec.summary}.`,
    "",
    `${title("Usage")}  ${usage.filter((word) => word !== "").join(" ")}`,
    "",
    ...exampleLines(spec, style),
  ];
  if (spec.commands !== undefined) {
    const width = Math.max(...spec.commands.map((command) => command.name.length));
    lines.push("", title("Commands"));
    for (const command of spec.commands) lines.push(`  ${command.name.padEnd(width)}   ${command.summary}`);
  } else {
    if (spec.flags !== undefined) {
      lines.push("", title("Flags"), ...flagLines(spec.flags.filter((flag) => flag.hidden !== true)));
    }
    lines.push(
      "",
      title("Every command"),
      ...flagLines([
        ...COMMON_FLAGS.filter((flag) => flag.hidden !== true),
        { flags: "-h, --help", text: "this" },
      ]),
    );
  }
  if (spec.notes !== undefined) lines.push("", ...spec.notes);
  return lines.join("\n");
}

function exampleLines(spec: CommandSpec, style: Style): string[] {
  const width = Math.max(0, ...spec.examples.map(([command]) => command.length));
  return spec.examples.map(([command, text]) => {
    const gap = " ".repeat(width - command.length + 3);
    return `  ${style.command(command)}${text === "" ? "" : `${gap}${text}`}`;
  });
}

function flagLines(flags: readonly FlagSpec[]): string[] {
  const shown = flags.map((flag) => ({
    ...flag,
    flags: flag.flags.startsWith("--") ? `    ${flag.flags}` : flag.flags,
  }));
  const width = Math.max(...shown.map((flag) => flag.flags.length));
  return shown.map(
    (flag) => `  ${flag.flags.padEnd(width)}   ${flag.text}${flag.repeats === true ? " (repeatable)" : ""}`,
  );
}

function argumentsText(spec: CommandSpec): string {
  return (spec.arguments ?? "").replaceAll("<", "").replaceAll(">", "").toUpperCase();
}
