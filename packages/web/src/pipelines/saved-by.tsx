import { Link } from "@tanstack/react-router";
import type { RunView } from "../api/client.ts";

/** Who made a version: a person, or the build that ended with it. */
export function SavedBy({ actor }: { readonly actor: RunView["actor"] }) {
  if (actor.kind !== "run") return `by ${actor.id}`;
  return (
    <>
      by{" "}
      <Link className="link" to="/runs/$run" params={{ run: actor.id }} search={{}}>
        its build
      </Link>
    </>
  );
}
