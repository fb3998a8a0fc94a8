import { Fragment } from "react";

/** The server's words, in which names stand between backticks, with those as code. */
export function MarkedWords({ text }: { readonly text: string }) {
  return text.split("`").map((piece, at) =>
    at % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- a piece is its place
      <code key={at}>{piece}</code>
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- a piece is its place
      <Fragment key={at}>{piece}</Fragment>
    ),
  );
}
