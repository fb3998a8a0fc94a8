import "../../design/forms.css";
import "../../design/overlays.css";
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RunView } from "../../api/client.ts";
import { refusalFrom } from "../../api/refusal.ts";
import { Button, Failure, SkeletonRows } from "../../design/index.ts";
import { inputsQuery } from "../queries.ts";
import { changesOf, type Form, formOf, type Input } from "./inputs.ts";

/** The run's inputs, to be changed for a new run of the same version. */
export function InputsDialog({
  run,
  onClose,
  onStart,
}: {
  readonly run: RunView;
  readonly onClose: () => void;
  readonly onStart: (inputs: Readonly<Record<string, unknown>>) => void;
}) {
  const query = useQuery(inputsQuery(run.pipeline));
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-back" />
        <Dialog.Viewport className="dialog-place">
          <Dialog.Popup className="dialog wide">
            <Dialog.Title render={<h2 />}>Re-run with changed inputs</Dialog.Title>
            <Dialog.Description render={<p className="mid" />}>
              A new run of {run.pipeline}, everything again. What you leave as it is keeps the value of #
              {run.number}.
            </Dialog.Description>
            {query.isPending && <SkeletonRows rows={3} label="Inputs" />}
            {query.error !== null && (
              <Failure
                what="The inputs cannot be read."
                refusal={refusalFrom(query.error)}
                retry={() => void query.refetch()}
              />
            )}
            {query.data !== undefined && (
              <InputsForm run={run} inputs={query.data} onClose={onClose} onStart={onStart} />
            )}
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function InputsForm({
  run,
  inputs,
  onClose,
  onStart,
}: {
  readonly run: RunView;
  readonly inputs: readonly Input[];
  readonly onClose: () => void;
  readonly onStart: (inputs: Readonly<Record<string, unknown>>) => void;
}) {
  const [form, setForm] = useState<Form>(() => formOf(inputs, run.inputs));
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const start = (): void => {
    const changes = changesOf(inputs, run.inputs, form);
    if (changes.kind === "wrong") return setProblems(changes.problems);
    onStart(changes.inputs);
    onClose();
  };
  return (
    <form
      className="inputs"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      {inputs.length === 0 && <p>This pipeline takes no inputs: the new run will be like this one.</p>}
      {inputs.map((input) => (
        <Field
          key={input.name}
          input={input}
          value={form[input.name] ?? ""}
          problem={problems.get(input.name)}
          onChange={(value) => setForm({ ...form, [input.name]: value })}
        />
      ))}
      <div className="btns">
        <Button onClick={onClose}>Leave it</Button>
        <Button kind="primary" type="submit" icon="start">
          Start the run
        </Button>
      </div>
    </form>
  );
}

function Field({
  input,
  value,
  problem,
  onChange,
}: {
  readonly input: Input;
  readonly value: string | boolean;
  readonly problem: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}) {
  const id = `input-${input.name}`;
  const described = [
    ...(input.description === "" ? [] : [`${id}-help`]),
    ...(problem === undefined ? [] : [`${id}-problem`]),
  ].join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>
        {input.name} <span className="soft small">{input.type}</span>
      </label>
      <Control
        input={input}
        value={value}
        onChange={onChange}
        labels={{
          id,
          "aria-describedby": described === "" ? undefined : described,
          "aria-invalid": problem !== undefined,
        }}
      />
      {input.description !== "" && (
        <p className="help" id={`${id}-help`}>
          {input.description}
        </p>
      )}
      {problem !== undefined && (
        <p className="err" id={`${id}-problem`}>
          {problem}
        </p>
      )}
    </div>
  );
}

function Control({
  input,
  value,
  labels,
  onChange,
}: {
  readonly input: Input;
  readonly value: string | boolean;
  readonly labels: {
    readonly id: string;
    readonly "aria-describedby": string | undefined;
    readonly "aria-invalid": boolean;
  };
  readonly onChange: (value: string | boolean) => void;
}) {
  const text = typeof value === "string" ? value : "";
  switch (input.type) {
    case "boolean":
      return (
        <input
          type="checkbox"
          {...labels}
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      );
    case "choice":
      return (
        <select {...labels} value={text} onChange={(event) => onChange(event.target.value)}>
          {input.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      );
    case "textarea":
      return (
        <textarea {...labels} rows={4} value={text} onChange={(event) => onChange(event.target.value)} />
      );
    case "secret":
      return (
        <input
          type="password"
          {...labels}
          autoComplete="off"
          placeholder="unchanged"
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "number":
    case "text":
      return (
        <input
          type="text"
          {...labels}
          inputMode={input.type === "number" ? "decimal" : "text"}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
