import { type ReactNode, useId } from "react";
import { StatusMark } from "./status.tsx";

/** What a control has to carry so that its label, its help and its problem belong to it. */
interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string;
  readonly "aria-invalid": true | undefined;
}

/** A control with its label, a word of help, and what is wrong with it. */
export function Field({
  label,
  soft = "",
  help,
  problem = null,
  children,
}: {
  readonly label: string;
  readonly soft?: string;
  readonly help: string;
  readonly problem?: string | null;
  readonly children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  const invalid = problem === null ? undefined : (true as const);
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {soft !== "" && <span className="soft">{soft}</span>}
      </label>
      {children({ id, "aria-describedby": `${id}-help`, "aria-invalid": invalid })}
      <div id={`${id}-help`}>
        <p className="help">{help}</p>
        {problem !== null && (
          <p className="err">
            <StatusMark status="failed" />
            <span>{problem}</span>
          </p>
        )}
      </div>
    </div>
  );
}
