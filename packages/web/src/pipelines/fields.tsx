import { type ReactNode, useId } from "react";
import { StatusMark } from "../design/index.ts";
import type { PipelineInput } from "./queries.ts";
import { type FieldValue, isChanged, typeText, valueText } from "./start-form.ts";

/** More choices than this are a list that opens. */
const CHOICES_SIDE_BY_SIDE = 4;

interface FieldProps {
  readonly input: PipelineInput;
  readonly value: FieldValue;
  /** What is wrong with it; null: nothing, or not said yet. */
  readonly problem: string | null;
  readonly onChange: (value: FieldValue) => void;
  /** It has been left: from now on its problem may be said. */
  readonly onLeave: () => void;
}

/** A field made of an input's type. Its name is the label, its description the help below. */
export function Field(props: FieldProps) {
  const { input } = props;
  if (input.type === "boolean") return <Tick {...props} />;
  if (input.type === "choice" && input.choices.length <= CHOICES_SIDE_BY_SIDE) return <Choices {...props} />;
  return <Typed {...props} />;
}

function Typed({ input, value, problem, onChange, onLeave }: FieldProps) {
  const id = useId();
  const control = {
    id,
    name: input.name,
    value: String(value),
    required: input.required,
    "aria-invalid": problem !== null || undefined,
    "aria-describedby": `${id}-help`,
    onBlur: onLeave,
    onChange: (event: { readonly target: { readonly value: string } }) => onChange(event.target.value),
  };
  return (
    <div className="field">
      <label htmlFor={id}>
        {input.name}{" "}
        <span className="soft">
          {typeText(input)}
          {!input.required && ", optional"}
        </span>
        <Changed input={input} value={value} />
      </label>
      {input.type === "textarea" ? (
        <textarea {...control} rows={3} />
      ) : input.type === "choice" ? (
        <select {...control}>
          {input.required && <option value="">Choose…</option>}
          {input.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      ) : input.type === "number" ? (
        <input {...control} type="text" inputMode="decimal" className="number-field" />
      ) : (
        <input
          {...control}
          type="text"
          autoComplete="off"
          spellCheck={false}
          className={input.type === "secret" ? "mono" : undefined}
          placeholder={input.type === "secret" ? "NAME_OF_A_SECRET" : undefined}
        />
      )}
      <Help id={`${id}-help`} problem={problem}>
        {input.type === "secret" ? secretHelp(input.description) : input.description}
      </Help>
    </div>
  );
}

function Choices({ input, value, problem, onChange, onLeave }: FieldProps) {
  const id = useId();
  return (
    <fieldset className={problem === null ? "field" : "field invalid"} aria-describedby={`${id}-help`}>
      <legend>
        {input.name} <span className="soft small type-text">{typeText(input)}</span>
        <Changed input={input} value={value} />
      </legend>
      <div className="seg">
        {input.choices.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={`${id}-${input.name}`}
              checked={choice === value}
              onBlur={onLeave}
              onChange={() => onChange(choice)}
            />
            {choice}
          </label>
        ))}
      </div>
      <Help id={`${id}-help`} problem={problem}>
        {input.description}
      </Help>
    </fieldset>
  );
}

function Tick({ input, value, onChange, problem }: FieldProps) {
  const id = useId();
  return (
    <div className="check">
      <input
        type="checkbox"
        id={id}
        checked={value === true}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <div>
        <label htmlFor={id}>
          <b>{input.name}</b> <Changed input={input} value={value} />
        </label>
        <Help id={`${id}-help`} problem={problem}>
          {input.description}
        </Help>
      </div>
    </div>
  );
}

function Changed({ input, value }: { readonly input: PipelineInput; readonly value: FieldValue }) {
  if (!isChanged(input, value)) return null;
  const text = valueText(input.default);
  return (
    <span className="tag changed-tag" title={text}>
      changed, default {text.length > 24 ? `${text.slice(0, 23)}…` : text}
    </span>
  );
}

function Help({
  id,
  problem,
  children,
}: {
  readonly id: string;
  readonly problem: string | null;
  readonly children: ReactNode;
}) {
  return (
    <div id={id}>
      <p className="help">{children}</p>
      {problem !== null && (
        <p className="err">
          <StatusMark status="failed" />
          <span>{problem}</span>
        </p>
      )}
    </div>
  );
}

function secretHelp(description: string): string {
  const kept = "value is read when a task needs it; it is never stored with the run.";
  return description === "" ? `The ${kept}` : `${description.replace(/[.]?$/, ".")} Its ${kept}`;
}
