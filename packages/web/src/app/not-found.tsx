import { Link } from "@tanstack/react-router";
import { Answer, Button, useTitle } from "../design/index.ts";
import { openPalette } from "./palette/state.ts";
import { Screen } from "./screen.tsx";

/** An address that leads nowhere. */
export function NotFound() {
  useTitle("Not found");
  return (
    <Screen crumbs={[{ name: "Not found" }]}>
      <Answer>There is nothing at this address.</Answer>
      <p className="rest">
        It may have been removed, or mistyped. Home shows what there is, and the search finds the rest.
      </p>
      <div className="btns broken-acts">
        <Link className="btn primary" to="/">
          Home
        </Link>
        <Button icon="find" onClick={openPalette}>
          Find or do
        </Button>
      </div>
    </Screen>
  );
}
