import { EDITOR_KEYS } from "../app/editor-keys.ts";

/** The keys of the editor. */
export function KeyHelp() {
  const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);
  return (
    <dl className="kv ed-keys">
      {EDITOR_KEYS.map(({ keys, what }) => (
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
