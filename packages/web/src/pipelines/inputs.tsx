import { typeText, valueText } from "./start-form.ts";
import { UsedSecrets } from "./used-secrets.tsx";
import type { PipelineDetail } from "./queries.ts";

/** What a run is asked for, and what it is given without being asked. */
export function Inputs({ pipeline }: { readonly pipeline: PipelineDetail }) {
  return (
    <>
      <InputTable pipeline={pipeline} />
      <UsedSecrets pipeline={pipeline} />
    </>
  );
}

function InputTable({ pipeline: { inputs, kind } }: { readonly pipeline: PipelineDetail }) {
  if (inputs.length === 0)
    return kind === "program" ? (
      <p className="mid">It asks for nothing: its jobs have no arguments.</p>
    ) : (
      <p className="mid">
        It asks for nothing. Name what differs from run to run under <code>inputs</code>.
      </p>
    );
  return (
    <div className="scroll-x" role="region" aria-label="Inputs, table" tabIndex={0}>
      <table>
        <caption className="vh">Inputs</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Type</th>
            <th scope="col">Default</th>
            <th scope="col">What it is</th>
          </tr>
        </thead>
        <tbody>
          {inputs.map((input) => (
            <tr key={input.name}>
              <th scope="row" className="mono">
                {input.name}
              </th>
              <td className="nowrap">{typeText(input)}</td>
              <td className="mono">
                {input.required ? <span className="soft">required</span> : valueText(input.default)}
              </td>
              <td className="mid">
                {input.description}
                {input.choices.length > 0 && (
                  <div className="small soft">one of {input.choices.join(", ")}</div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
