import { type Preferences, prefer, usePreferences } from "../app/preferences.ts";
import { Button, SectionHead } from "../design/index.ts";

const THEMES = [
  { value: "system", name: "As the system" },
  { value: "light", name: "Light" },
  { value: "dark", name: "Dark" },
] as const satisfies readonly { readonly value: Preferences["theme"]; readonly name: string }[];
const DENSITIES = [
  { value: "normal", name: "Roomy" },
  { value: "compact", name: "Compact" },
] as const satisfies readonly { readonly value: Preferences["density"]; readonly name: string }[];

/** What is chosen for this browser; nothing of it reaches the server. */
export function ThisBrowser() {
  const { theme, density, letterKeys, home } = usePreferences();
  return (
    <section aria-labelledby="browser-title">
      <SectionHead id="browser-title" title="This browser" note="kept here, not on the server" />
      <ul className="set-rows">
        <li>
          <Choices
            legend="Theme"
            about="Light and dark have the same contrast."
            name="theme"
            options={THEMES}
            chosen={theme}
            onChoose={(value) => prefer({ theme: value })}
          />
        </li>
        <li>
          <Choices
            legend="Rows"
            about="Compact shows more runs at once."
            name="density"
            options={DENSITIES}
            chosen={density}
            onChoose={(value) => prefer({ density: value })}
          />
        </li>
        <li>
          <div>
            <label htmlFor="letter-keys">
              <b>Keys that are a single letter</b>
            </label>
            <p id="letter-keys-help">
              Such as A to approve. Off: voice input and stray fingers do nothing; Ctrl K and arrows go on
              working.
            </p>
          </div>
          <input
            id="letter-keys"
            type="checkbox"
            checked={letterKeys}
            aria-describedby="letter-keys-help"
            onChange={(event) => prefer({ letterKeys: event.target.checked })}
          />
        </li>
        <li>
          <div>
            <b>The start page</b>
            <p>{home === null ? "It is arranged as Gaia has it." : "You have arranged it."}</p>
          </div>
          <Button
            size="small"
            disabled={home === null}
            title={home === null ? "Nothing has been changed" : undefined}
            onClick={() => prefer({ home: null })}
          >
            Reset the start page
          </Button>
        </li>
      </ul>
    </section>
  );
}

function Choices<Value extends string>({
  legend,
  about,
  name,
  options,
  chosen,
  onChoose,
}: {
  readonly legend: string;
  readonly about: string;
  readonly name: string;
  readonly options: readonly { readonly value: Value; readonly name: string }[];
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
}) {
  return (
    <>
      <div aria-hidden="true">
        <b>{legend}</b>
        <p>{about}</p>
      </div>
      <fieldset>
        <legend className="vh">{legend}</legend>
        <div className="seg">
          {options.map((option) => (
            <label key={option.value}>
              <input
                type="radio"
                name={name}
                checked={option.value === chosen}
                onChange={() => onChoose(option.value)}
              />
              {option.name}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  );
}
