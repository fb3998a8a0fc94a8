import { Link } from "@tanstack/react-router";
import { Answer, useTitle } from "../design/index.ts";
import { Screen } from "./screen.tsx";

/** An address that leads nowhere. */
export function NotFound() {
  useTitle("Not found");
  return (
    <Screen crumbs={[{ name: "Not found" }]}>
      <Answer>There is nothing at this address.</Answer>
      <p className="rest">
        It may have been removed, or mistyped. <Link to="/">Home</Link> shows what there is.
      </p>
    </Screen>
  );
}
