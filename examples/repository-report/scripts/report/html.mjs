// HTML that is escaped by construction: a value in an html`…` template is text unless it is itself html`…`.

class Html {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

/** Makes HTML. Interpolated values are escaped; html`…` values and lists of them are kept; undefined and false are nothing. */
export function html(strings, ...values) {
  let text = strings[0];
  for (let at = 0; at < values.length; at++) text += render(values[at]) + strings[at + 1];
  return new Html(text);
}

/** Text that is HTML already. For the style sheet of this folder only: never for anything read from a repository. */
export function trusted(text) {
  return new Html(text);
}

/** A file name or another word of a machine: code, isolated from the direction of the text around it. */
export function code(text) {
  return html`<code><bdi>${text}</bdi></code>`;
}

/** A path, whose folder part recedes. */
export function pathName(path) {
  const cut = path.lastIndexOf("/") + 1;
  return html`<code class="path"><bdi><span>${path.slice(0, cut)}</span>${path.slice(cut)}</bdi></code>`;
}

function render(value) {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join("");
  if (value === undefined || value === false || value === null) return "";
  return escape(String(value));
}

function escape(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
