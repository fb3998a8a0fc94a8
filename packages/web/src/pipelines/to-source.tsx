import { Link } from "@tanstack/react-router";
import type { Program } from "./program.ts";

/** Leads to the form of where it is built from. A file that was put down is changed by putting another one there. */
export function ToSource({ name, program }: { readonly name: string; readonly program: Program }) {
  if (program.source.kind === "file") return null;
  return (
    <Link className="btn small" to="/pipelines/$pipeline/source" params={{ pipeline: name }} search={{}}>
      Change source
    </Link>
  );
}
