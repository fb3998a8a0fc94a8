import "./markdown.css";
import { lexer, type Token, type Tokens } from "marked";
import { Fragment, type ReactNode, useMemo } from "react";
import { decoded, imageAddress, linkAddress } from "./address.ts";

/** Deeper nesting than this is shown as it was written. */
const DEPTH_MAX = 40;

/**
 * What a job reports. `marked` reads the Markdown; of what it found only known parts become elements, and these are made
 * by React: no HTML is ever set. HTML in the text is shown as text. Headings are all below those of the panel.
 */
export function Markdown({ text }: { readonly text: string }) {
  const tokens = useMemo(() => lexer(text, { gfm: true }), [text]);
  return (
    <div className="markdown">
      <Blocks tokens={tokens} depth={0} />
    </div>
  );
}

function Blocks({ tokens, depth }: { readonly tokens: readonly Token[]; readonly depth: number }) {
  // oxlint-disable-next-line react/no-array-index-key -- a token is its place
  return tokens.map((token, at) => <Fragment key={at}>{block(token, depth + 1)}</Fragment>);
}

/** `as` is the edge: a token's fields follow from its type, which the library's own union does not say. */
function block(token: Token, depth: number): ReactNode {
  if (depth > DEPTH_MAX) return token.raw;
  switch (token.type) {
    case "heading":
      return <h4>{inlines((token as Tokens.Heading).tokens, depth)}</h4>;
    case "paragraph":
      return <p>{inlines((token as Tokens.Paragraph).tokens, depth)}</p>;
    case "code":
      return (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling area takes focus
        <pre className="code" tabIndex={0}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "blockquote":
      return (
        <blockquote>
          <Blocks tokens={(token as Tokens.Blockquote).tokens} depth={depth} />
        </blockquote>
      );
    case "list":
      return list(token as Tokens.List, depth);
    case "table":
      return table(token as Tokens.Table, depth);
    case "hr":
      return <hr />;
    case "space":
    case "def":
      return null;
    default:
      return inline(token, depth);
  }
}

function list(token: Tokens.List, depth: number): ReactNode {
  const items = token.items.map((item, at) => (
    // oxlint-disable-next-line react/no-array-index-key -- an item is its place
    <li key={at} className={item.task ? "task" : undefined}>
      {item.task && (
        <input type="checkbox" disabled checked={item.checked === true} readOnly aria-label="done" />
      )}
      <Blocks tokens={item.tokens.filter(({ type }) => type !== "checkbox")} depth={depth} />
    </li>
  ));
  return token.ordered ? <ol start={token.start === "" ? 1 : token.start}>{items}</ol> : <ul>{items}</ul>;
}

function table(token: Tokens.Table, depth: number): ReactNode {
  const align = (cell: Tokens.TableCell): string | undefined => (cell.align === "right" ? "num" : undefined);
  return (
    <div className="scroll-x">
      <table>
        <thead>
          <tr>
            {token.header.map((cell, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- a cell is its place
              <th key={at} scope="col" className={align(cell)}>
                {inlines(cell.tokens, depth)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, line) => (
            // oxlint-disable-next-line react/no-array-index-key -- a row is its place
            <tr key={line}>
              {row.map((cell, at) => (
                // oxlint-disable-next-line react/no-array-index-key -- a cell is its place
                <td key={at} className={align(cell)}>
                  {inlines(cell.tokens, depth)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inlines(tokens: readonly Token[], depth: number): ReactNode {
  // oxlint-disable-next-line react/no-array-index-key -- a token is its place
  return tokens.map((token, at) => <Fragment key={at}>{inline(token, depth + 1)}</Fragment>);
}

function inline(token: Token, depth: number): ReactNode {
  if (depth > DEPTH_MAX) return token.raw;
  switch (token.type) {
    case "strong":
      return <strong>{inlines((token as Tokens.Strong).tokens, depth)}</strong>;
    case "em":
      return <em>{inlines((token as Tokens.Em).tokens, depth)}</em>;
    case "del":
      return <del>{inlines((token as Tokens.Del).tokens, depth)}</del>;
    case "codespan":
      return <code>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br />;
    case "link":
      return link((token as Tokens.Link).href, inlines((token as Tokens.Link).tokens, depth));
    case "image":
      return image(token as Tokens.Image);
    case "text": {
      const { tokens, text } = token as Tokens.Text;
      return tokens === undefined ? decoded(text) : inlines(tokens, depth);
    }
    case "escape":
      return decoded((token as Tokens.Escape).text);
    // HTML, and whatever a later version of the library knows, stays the text that it was written as.
    default:
      return token.raw;
  }
}

function link(href: string, children: ReactNode): ReactNode {
  const address = linkAddress(href);
  if (address === null) return children;
  return (
    <a className="link" href={address} rel="noopener noreferrer nofollow" target="_blank">
      {children}
    </a>
  );
}

/** A picture from elsewhere would tell its server who looks: it is a link. */
function image({ href, text }: Tokens.Image): ReactNode {
  const within = imageAddress(href);
  if (within !== null) return <img src={within} alt={text} />;
  return link(href, `picture: ${text === "" ? href : text}`);
}
