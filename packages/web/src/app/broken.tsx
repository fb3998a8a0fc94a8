import { Link } from "@tanstack/react-router";
import { Answer, Button, useTitle } from "../design/index.ts";
import { Screen } from "./screen.tsx";

/** What browsers say of a part of the page that they cannot load. */
const NOT_LOADED = /dynamically imported module|importing a module script/i;

/** In the place of a screen that could not be shown; the rest of the page stays. */
export function Broken({ error }: { readonly error: unknown }) {
  useTitle("Broken");
  const said = error instanceof Error ? error.message : String(error);
  const isMissing = NOT_LOADED.test(said);
  return (
    <Screen crumbs={[{ name: "Broken" }]}>
      <Answer>{isMissing ? "This part of the page could not be loaded." : "This page has broken."}</Answer>
      <p className="rest">
        {isMissing
          ? "The server may have been upgraded since the page was loaded, or cannot be reached just now. Load it again."
          : "It is a fault of the dashboard. Load it again; if it breaks again, report what stands below."}{" "}
        Nothing that runs is affected.
      </p>
      <div className="btns broken-acts">
        <Button kind="primary" icon="retry" onClick={() => location.reload()}>
          Load again
        </Button>
        <Link className="btn" to="/" reloadDocument>
          Home
        </Link>
      </div>
      <pre className="code wrap" tabIndex={0} aria-label="What the browser said">
        {said}
      </pre>
    </Screen>
  );
}
