/** What one look at the machine found. */
export interface Finding {
  readonly name: string;
  /** `warning`: something that some work needs is missing; `failed`: Gaia cannot do its work so. */
  readonly status: "ok" | "warning" | "failed";
  readonly text: string;
  /** The command that mends it, or the place to look. */
  readonly remedy: string | null;
}

/** All is well. */
export function ok(name: string, text: string): Finding {
  return { name, status: "ok", text, remedy: null };
}

/** Some work needs what is missing. */
export function warning(name: string, text: string, remedy: string): Finding {
  return { name, status: "warning", text, remedy };
}

/** Gaia cannot work so. */
export function failed(name: string, text: string, remedy: string): Finding {
  return { name, status: "failed", text, remedy };
}
