import "./settings.css";
import { Link } from "@tanstack/react-router";
import { usePreferences } from "../app/preferences.ts";
import { ADMINISTRATION, ROOMS } from "../app/rooms.ts";
import { Screen } from "../app/screen.tsx";
import { Answer, useTitle } from "../design/index.ts";
import { EDITOR_KEYS } from "../app/editor-keys.ts";

interface Key {
  readonly keys: readonly string[];
  readonly does: string;
  /** A modifier is held, or it is no letter: it works where letters are off. */
  readonly isAlways?: boolean;
}

const MODIFIER = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl";

const GROUPS: readonly { readonly name: string; readonly keys: readonly Key[] }[] = [
  {
    name: "Everywhere",
    keys: [
      { keys: [MODIFIER, "K"], does: "Find or do", isAlways: true },
      { keys: ["?"], does: "All keys" },
      ...[...ROOMS, ...ADMINISTRATION].flatMap(({ name, key }) =>
        key === null ? [] : [{ keys: ["G", key.toUpperCase()], does: `Go to ${name}` }],
      ),
      { keys: ["Esc"], does: "Close what is open", isAlways: true },
    ],
  },
  {
    name: "Lists of pipelines, runs, triggers and questions",
    keys: [
      { keys: ["J"], does: "The next row" },
      { keys: ["K"], does: "The row before" },
      { keys: ["Enter"], does: "Open it", isAlways: true },
    ],
  },
  {
    name: "Inbox",
    keys: [
      { keys: ["A"], does: "Approve, once the question was shown" },
      { keys: ["R"], does: "Reject, once the question was shown" },
    ],
  },
  {
    name: "Pipeline, and its row in the list",
    keys: [
      { keys: ["S"], does: "Start" },
      { keys: ["E"], does: "Edit" },
      { keys: ["B"], does: "The builds of a program; on its page" },
    ],
  },
  {
    name: "Strip of runs",
    keys: [
      { keys: ["←", "→"], does: "Name the run before, the next run", isAlways: true },
      { keys: ["Enter"], does: "Open it", isAlways: true },
    ],
  },
  {
    name: "Editor",
    keys: EDITOR_KEYS.map(({ keys, what }) => ({
      keys: keys.map((key) => (key === "Ctrl" ? MODIFIER : key)),
      does: what,
      isAlways: true,
    })),
  },
  {
    name: "Run",
    keys: [
      { keys: ["."], does: "Stop; asks first" },
      { keys: ["1…8"], does: "A tab" },
      { keys: ["J"], does: "The next job" },
      { keys: ["K"], does: "The job before" },
      { keys: ["Enter"], does: "The log of the selected job", isAlways: true },
      { keys: ["Esc"], does: "Select none", isAlways: true },
      { keys: ["["], does: "Time travel: the event before" },
      { keys: ["]"], does: "The next event" },
      { keys: ["L"], does: "Back to live" },
    ],
  },
  {
    name: "Graph of a run",
    keys: [
      { keys: ["↑", "↓", "←", "→"], does: "Walk from job to job", isAlways: true },
      { keys: ["Enter"], does: "Open a group; again closes it", isAlways: true },
      { keys: ["/"], does: "Find a job" },
      { keys: ["F"], does: "Fit" },
      { keys: ["+"], does: "Closer" },
      { keys: ["-"], does: "Farther" },
    ],
  },
  {
    name: "Log",
    keys: [
      { keys: ["/"], does: "Search" },
      { keys: ["N"], does: "The next hit" },
      { keys: ["⇧", "N"], does: "The hit before" },
      { keys: ["Home", "End"], does: "The first line, the last line", isAlways: true },
      { keys: ["F"], does: "Follow" },
      { keys: ["T"], does: "Time stamps" },
      { keys: ["W"], does: "Wrap lines" },
    ],
  },
  {
    name: "Find or do",
    keys: [
      { keys: ["↑", "↓"], does: "Move", isAlways: true },
      { keys: ["Enter"], does: "Open or do", isAlways: true },
      { keys: [MODIFIER, "Enter"], does: "Open in a new tab", isAlways: true },
      { keys: [">"], does: "Actions only", isAlways: true },
    ],
  },
];

/** All keys, and where they work. */
export function Keys() {
  useTitle("Keys");
  const { letterKeys } = usePreferences();
  return (
    <Screen crumbs={[{ name: "Keys" }]}>
      <Answer>
        {letterKeys ? "Everything can be reached by keys." : "Single letters are off in this browser."}
      </Answer>
      <p className="rest">
        Letters are off inside of fields.{" "}
        {letterKeys ? "They can be turned off altogether in the " : "They can be turned on in the "}
        <Link className="link" to="/settings">
          settings
        </Link>
        .
      </p>
      <div className="key-cols">
        {GROUPS.map(({ name, keys }) => (
          <section className="key-group" key={name} aria-labelledby={keysId(name)}>
            <div className="h-row">
              <h2 id={keysId(name)}>{name}</h2>
            </div>
            <ul className="rows">
              {keys.map(({ keys: pressed, does, isAlways }) => (
                <li className="row key-row" key={does}>
                  <span className={letterKeys || isAlways === true ? "" : "soft"}>{does}</span>
                  <span className="keys">
                    {pressed.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Screen>
  );
}

function keysId(name: string): string {
  return `keys-${name.toLowerCase().replaceAll(/[ ,]+/g, "-")}`;
}
