import { TEMPLATES } from "./templates.ts";

/** What an empty file can begin as. */
export function TemplatePicker({ onPick }: { readonly onPick: (text: string) => void }) {
  return (
    <section className="ed-templates" aria-labelledby="templates-head">
      <h2 id="templates-head">Begin with</h2>
      <ul>
        {TEMPLATES.map(({ name, text, description }) => (
          <li key={name}>
            <button type="button" onClick={() => onPick(text)}>
              <b>{name}</b>
              <span className="mid">{description}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className="soft small">
        Or write: <kbd>Ctrl</kbd> <kbd>Space</kbd> shows what may stand at a place.
      </p>
    </section>
  );
}
