const KEYS: readonly { readonly keys: readonly string[]; readonly what: string }[] = [
  { keys: ["Ctrl", "S"], what: "Save a new version" },
  { keys: ["Ctrl", "Space"], what: "What may stand here" },
  { keys: ["F8"], what: "Next problem" },
  { keys: ["Ctrl", "F"], what: "Find and replace" },
  { keys: ["Ctrl", "Z"], what: "Undo" },
  { keys: ["Tab"], what: "Indent, or take what is offered" },
  { keys: ["Esc", "Tab"], what: "Leave the text" },
];

/** The keys of the editor. */
export function KeyHelp() {
  const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <dl className="kv ed-keys">
      {KEYS.map(({ keys, what }) => (
        <div key={what} className="ed-key">
          <dt>
            {keys.map((key) => (
              <kbd key={key}>{isMac && key === "Ctrl" ? "⌘" : key}</kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
