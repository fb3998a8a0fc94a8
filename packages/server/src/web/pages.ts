import { makeNonce, pageHeaders } from "./headers.ts";

/** A page that the server makes by itself, without a script. */
export interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the one who wants to sign in must be told. */
export const SIGN_IN_PROBLEMS = {
  used: "This address has been used already. Each signs in once.",
  expired: "This address is too old. It is good for two minutes.",
  unknown: "This address is not known: the server may have been started again since it was made.",
  token: "This is not the token of this server.",
  limited: "Too many wrong tokens came from here. Wait a few seconds, then try again.",
  out: "You are signed out.",
} as const;
export type SignInProblem = keyof typeof SIGN_IN_PROBLEMS;

const COMMAND = "gaia open";

/** Asks for the token, and says how to do without. @param to where to go then: a path of ours */
export function signInPage(to: string, problem: SignInProblem | null): Page {
  const said =
    problem === null ? "" : `<p class="said" role="status">${escaped(SIGN_IN_PROBLEMS[problem])}</p>`;
  return page(
    "Sign in",
    `<h1>Sign in to Gaia</h1>
${said}
<p>On the machine where Gaia runs, this command opens a browser that is signed in:</p>
<pre><code>${COMMAND}</code></pre>
<form method="post" action="/sign-in">
<label for="token">Or enter the token</label>
<p class="help" id="help">It is in the file <code>secrets/token</code> of Gaia’s home folder, which is <code>~/.gaia</code> if nothing else was chosen.</p>
<input id="token" name="token" type="password" required autocomplete="current-password" aria-describedby="help">
<input name="to" type="hidden" value="${escaped(to)}">
<button type="submit">Sign in</button>
</form>`,
  );
}

/** In the place of a dashboard that was not built. */
export function unbuiltPage(): Page {
  return page(
    "The dashboard is not built",
    `<h1>The dashboard is not built</h1>
<p>Gaia runs. This copy of its source has no built dashboard yet. In its folder:</p>
<pre><code>npm run build --workspace packages/web</code></pre>
<p>Then load this page again. The command line and REST do without: <code>gaia runs</code>, <code>gaia api GET /runs</code>.</p>`,
  );
}

function page(title: string, content: string): Page {
  const nonce = makeNonce();
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} · Gaia</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body><main>${content}</main></body>
</html>
`;
  // A form that is sent from a page without referrer has the origin `null`, which is refused.
  const headers = { ...pageHeaders(nonce), "referrer-policy": "same-origin" };
  return { headers: { ...headers, "content-type": "text/html; charset=utf-8" }, body };
}

/** The colours of the dashboard's tokens. */
const STYLE = `
:root{--bg:#f1f2ed;--surface:#fafaf7;--line:#c9ccc5;--control:#7e8882;--ink:#1a211d;--ink-2:#474e4a;--accent:#0f6a57;--on-accent:#fff;--focus:#00745f;--said:#ffecd6}
@media (prefers-color-scheme:dark){:root{--bg:#0b0f0d;--surface:#111613;--line:#373f3b;--control:#69736d;--ink:#e7ebe7;--ink-2:#b1bab4;--accent:#60d3b2;--on-accent:#061a14;--focus:#57d8b4;--said:#32240f}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:12vh auto 2rem;padding:2rem;background:var(--surface);border:1px solid var(--line);border-radius:10px}
@media (max-width:34rem){main{margin:0;min-height:100vh;border:0;border-radius:0;padding:1.5rem}}
h1{margin:0 0 1rem;font-size:1.625rem;line-height:1.25}
p{margin:0 0 1rem}
pre{margin:0 0 1.5rem;padding:.75rem 1rem;background:var(--bg);border-radius:6px;overflow-x:auto}
code{font:0.875em ui-monospace,monospace}
label{display:block;font-weight:600}
.help{margin:.25rem 0 .5rem;color:var(--ink-2);font-size:.875rem}
.said{padding:.75rem 1rem;background:var(--said);border-radius:6px}
input:not([type=hidden]){display:block;width:100%;min-height:2.5rem;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--surface);border:1px solid var(--control);border-radius:6px}
button{margin-top:1rem;min-height:2.5rem;padding:.5rem 1.25rem;font:inherit;font-weight:600;color:var(--on-accent);background:var(--accent);border:0;border-radius:6px;cursor:pointer}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
`;

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
