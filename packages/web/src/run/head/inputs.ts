/** Values of inputs as a form holds them, and back. */
export interface Input {
  readonly name: string;
  readonly type: "text" | "textarea" | "number" | "boolean" | "choice" | "secret";
  readonly description: string;
  readonly required: boolean;
  readonly choices: readonly string[];
}

export type Form = Readonly<Record<string, string | boolean>>;

/** What the fields show at first: the values of the run. A secret is not shown again: an empty field keeps it. */
export function formOf(inputs: readonly Input[], values: Readonly<Record<string, unknown>>): Form {
  return Object.fromEntries(
    inputs.map(({ name, type }) => {
      const value = values[name];
      if (type === "boolean") return [name, value === true];
      if (type === "secret" || value === undefined || value === null) return [name, ""];
      return [name, typeof value === "string" ? value : JSON.stringify(value)];
    }),
  );
}

export type Changes =
  | { readonly kind: "ok"; readonly inputs: Readonly<Record<string, unknown>> }
  | { readonly kind: "wrong"; readonly problems: ReadonlyMap<string, string> };

/** What differs from the run, in its types; or what is wrong, by field. */
export function changesOf(
  inputs: readonly Input[],
  values: Readonly<Record<string, unknown>>,
  form: Form,
): Changes {
  const problems = new Map<string, string>();
  const changed: Record<string, unknown> = {};
  const former = formOf(inputs, values);
  for (const { name, type, required } of inputs) {
    const value = form[name] ?? "";
    if (value === former[name]) continue;
    if (value === "" && required) problems.set(name, `${name} is needed.`);
    else if (type === "number") {
      const number = Number(value);
      if (value === "" || !Number.isFinite(number)) problems.set(name, `“${String(value)}” is no number.`);
      else changed[name] = number;
    } else changed[name] = value;
  }
  return problems.size > 0 ? { kind: "wrong", problems } : { kind: "ok", inputs: changed };
}
