import "./pipelines.css";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { api, data, type RunDetail } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { Screen } from "../app/screen.tsx";
import { Answer, Button, Failure, SkeletonRows, toast, useTitle } from "../design/index.ts";
import { Field } from "./fields.tsx";
import { Missing } from "./missing.tsx";
import { type PipelineDetail, pipelineQuery, runQuery } from "./queries.ts";
import {
  droppedInputs,
  fieldsOf,
  type FieldValue,
  type FormValues,
  initialValues,
  inputsOf,
  isChanged,
  PRIORITY,
  problemsOf,
} from "./start-form.ts";
import { WhatHappens } from "./what-happens.tsx";

/** A form made of a pipeline's inputs that starts a run; `?from=run_…` fills it as that run was. */
export function Start() {
  const { pipeline: id } = useParams({ from: "/pipelines/$pipeline/start" });
  useTitle(`Start ${id}`);
  const { from } = useAddress().search;
  const query = useQuery(pipelineQuery(id));
  const former = useQuery({ ...runQuery(from ?? ""), enabled: from !== undefined });
  const refusal = query.error === null ? null : refusalFrom(query.error);
  const isReady = query.data !== undefined && (from === undefined || !former.isPending);
  return (
    <Screen
      crumbs={[
        { name: "Pipelines", to: "/pipelines" },
        { name: id, to: `/pipelines/${id}` },
        { name: "Start" },
      ]}
    >
      {refusal?.status === 404 ? <Missing name={id} /> : <Answer>Start {id}</Answer>}
      {refusal !== null && refusal.status !== 404 && (
        <Failure
          what={`The pipeline ${id} cannot be read.`}
          refusal={refusal}
          unaffected="Nothing was started."
          retry={() => void query.refetch()}
        />
      )}
      {former.error !== null && (
        <Failure
          what="The run to start from cannot be read, so the defaults stand in the fields."
          refusal={refusalFrom(former.error)}
        />
      )}
      {!isReady && query.error === null && <SkeletonRows rows={5} label="Form" />}
      {isReady && query.data.version === 0 && <Unbuilt name={id} />}
      {isReady && query.data.version > 0 && (
        <StartForm key={`${id} ${from}`} pipeline={query.data} former={former.data} />
      )}
    </Screen>
  );
}

function Unbuilt({ name }: { readonly name: string }) {
  return (
    <>
      <p className="rest">It has not been built yet, so that there is nothing to start.</p>
      <div className="btns missing-acts">
        <Link className="btn primary" to="/pipelines/$pipeline" params={{ pipeline: name }}>
          Its builds
        </Link>
      </div>
    </>
  );
}

function StartForm({
  pipeline,
  former,
}: {
  readonly pipeline: PipelineDetail;
  readonly former: RunDetail | undefined;
}) {
  const { inputs, name } = pipeline;
  const form = useStartForm(pipeline, former);
  const { values, problems, priority } = form;
  const shown = (input: string): string | null => {
    const problem = problems[input];
    return problem !== undefined && (form.isTried || form.left.has(input)) ? problem : null;
  };
  const wrong = inputs.map((input) => input.name).filter((input) => shown(input) !== null);
  return (
    <>
      <p className="rest">{leadText(pipeline, former)}</p>
      <div className="split">
        <form className="form" noValidate onSubmit={form.submit} aria-label={`Start ${name}`}>
          {inputs.map((input) => (
            <Field
              key={input.name}
              input={input}
              value={values[input.name] ?? ""}
              problem={shown(input.name)}
              onChange={(value) => form.change(input.name, value)}
              onLeave={() => form.leave(input.name)}
            />
          ))}
          <Priority value={priority} onChange={form.setPriority} />
          {form.refusal !== null && (
            <Failure
              what="The run was not started."
              refusal={form.refusal}
              unaffected="Your values are kept."
            />
          )}
          <div className="btns start-acts">
            <Button kind="primary" icon="start" type="submit" busy={form.isBusy}>
              Start
            </Button>
            {wrong.length > 0 && (
              <span className="small wrong-inputs" role="status">
                {wrong.length === 1 ? "One input" : `${wrong.length} inputs`} to correct: {wrong.join(", ")}.
              </span>
            )}
          </div>
        </form>
        <WhatHappens pipeline={pipeline} values={values} priority={priority} />
      </div>
    </>
  );
}

function Priority({
  value,
  onChange,
}: {
  readonly value: number;
  readonly onChange: (priority: number) => void;
}) {
  const id = useId();
  return (
    <details className="more-fields" open={value !== PRIORITY || undefined}>
      <summary>Priority</summary>
      <div className="field">
        <label htmlFor={id}>
          Priority <span className="soft">0–10, high first</span>
          {value !== PRIORITY && <span className="tag changed-tag">changed, default {PRIORITY}</span>}
        </label>
        <select
          id={id}
          className="number-field"
          value={value}
          onChange={(event) => onChange(Number(event.target.value))}
        >
          {Array.from({ length: 11 }, (_, at) => (
            <option key={at}>{at}</option>
          ))}
        </select>
        <p className="help">
          Where jobs of several runs wait for a free slot, those of the higher one go first.
        </p>
      </div>
    </details>
  );
}

/** The state of the form, and what starting does. */
function useStartForm(pipeline: PipelineDetail, former: RunDetail | undefined) {
  const { inputs, name } = pipeline;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [values, setValues] = useState<FormValues>(() => initialValues(inputs, former?.inputs));
  const [priority, setPriority] = useState(PRIORITY);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [isTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [told, setTold] = useState<Readonly<Record<string, string>>>({});
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  // The same order sent twice is one run; a changed order is another one.
  const [key, setKey] = useState(newKey);
  const problems = { ...told, ...problemsOf(inputs, values) };

  const start = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      const started = await data(
        api.POST("/workflows/{id}/start", {
          params: { path: { id: name }, header: { "Idempotency-Key": key } },
          body: { inputs: inputsOf(inputs, values), ...(priority === PRIORITY ? {} : { priority }) },
        }),
      );
      toast(`${name} #${started.number} is started.`);
      void queries.invalidateQueries({ queryKey: ["pipelines"] });
      await navigate({ to: "/runs/$run", params: { run: started.run_id } });
    } catch (caught) {
      const refused = refusalFrom(caught);
      const places = fieldsOf(sentencesOf(refused));
      setTold(places);
      if (places[""] !== undefined || Object.keys(places).length === 0) setRefusal(refused);
      setBusy(false);
    }
  };
  return {
    values,
    problems,
    priority,
    left,
    isTried,
    isBusy,
    refusal,
    change: (input: string, value: FieldValue): void => {
      setValues({ ...values, [input]: value });
      setTold((former) => Object.fromEntries(Object.entries(former).filter(([field]) => field !== input)));
      setKey(newKey());
    },
    leave: (input: string): void => setLeft(new Set(left).add(input)),
    setPriority: (next: number): void => {
      setPriority(next);
      setKey(newKey());
    },
    submit: (event: FormEvent<HTMLFormElement>): void => {
      event.preventDefault();
      setTried(true);
      const [first] = inputs.filter((input) => problemsOf(inputs, values)[input.name] !== undefined);
      if (first === undefined) {
        if (!isBusy) void start();
        return;
      }
      event.currentTarget
        .querySelector<HTMLElement>(`[name="${CSS.escape(first.name)}"],[name$="-${CSS.escape(first.name)}"]`)
        ?.focus();
    },
  };
}

function leadText(pipeline: PipelineDetail, former: RunDetail | undefined): string {
  const { inputs } = pipeline;
  if (inputs.length === 0) return "It asks for nothing.";
  const number = inputs.length === 1 ? "One input" : `${inputs.length} inputs`;
  if (former === undefined) return `${number}. What differs from the defaults is marked.`;
  const dropped = droppedInputs(inputs, former.inputs);
  const differs = inputs.some((input) =>
    isChanged(input, initialValues(inputs, former.inputs)[input.name] ?? ""),
  );
  const rest =
    dropped.length === 0 ? "" : ` Not taken over, as ${pipeline.name} changed: ${dropped.join(", ")}.`;
  return `${number}, filled as in #${former.number}.${differs ? " What differs from the defaults is marked." : ""}${rest}`;
}

/** Each sentence of a refusal about inputs. */
function sentencesOf(refusal: Refusal): readonly string[] {
  const { problems } = refusal.details;
  return Array.isArray(problems) ? problems.filter((each): each is string => typeof each === "string") : [];
}

/** Not `randomUUID`: that is for secure addresses only, and a dashboard may be looked at over plain HTTP. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
