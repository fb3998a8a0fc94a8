import { Link } from "@tanstack/react-router";
import { Answer } from "../design/index.ts";

/** In the place of a pipeline that is not there. */
export function Missing({ name }: { readonly name: string }) {
  return (
    <>
      <Answer>There is no pipeline {name}.</Answer>
      <p className="rest">It may have been removed, or its name mistyped. Runs that it had stay.</p>
      <div className="btns missing-acts">
        <Link className="btn primary" to="/pipelines">
          All pipelines
        </Link>
        <Link className="btn" to="/runs" search={{ q: `pipeline:${name}` }}>
          Its runs
        </Link>
      </div>
    </>
  );
}
