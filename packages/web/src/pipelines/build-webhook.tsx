import { Link } from "@tanstack/react-router";
import { CopyButton } from "../design/copy-button.tsx";
import { Ago } from "../design/index.ts";
import { deliveredText, type Program } from "./program.ts";

/** Where the forge tells of pushes: what is to be entered there, and what came last. */
export function BuildWebhook({ webhook }: { readonly webhook: NonNullable<Program["webhook"]> }) {
  const { address, secret, last_delivery: last } = webhook;
  const url = `${window.location.origin}${address}`;
  return (
    <>
      <span className="mono source-url block">{url}</span>
      <span className="block">
        signed with{" "}
        <Link className="link mono" to="/secrets" search={{ secret }}>
          {secret}
        </Link>
      </span>
      <CopyButton text={url} label="Copy address" />
      <span className={`small block ${last?.status === "refused" ? "" : "soft"}`}>
        {last === null ? (
          "Nothing has come there yet: enter it at the forge."
        ) : (
          <>
            <Ago at={last.at} />: {deliveredText(last)}
          </>
        )}
      </span>
    </>
  );
}
