import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { decoded, imageAddress, linkAddress } from "./address.ts";
import { Markdown } from "./markdown.tsx";

const shown = (text: string): string => renderToStaticMarkup(createElement(Markdown, { text }));

/** Tags that the text became; what was written as text is escaped and is none. */
const tagsOf = (html: string): readonly string[] =>
  [...html.matchAll(/<([a-z][a-z0-9]*)([^>]*)>/gi)].map(([, name = "", rest = ""]) => `${name}${rest}`);

test.each([
  "<script>alert(1)</script>",
  "a <script src=//evil.example/x.js></script> b",
  "<img src=x onerror=alert(1)>",
  "<IMG SRC=x OnError=alert(1)>",
  "<svg onload=alert(1)><circle/></svg>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<a href='javascript:alert(1)'>x</a>",
  "<details open ontoggle=alert(1)>",
  "<style>*{display:none}</style>",
  "<div style='background:url(//evil.example)'>x</div>",
  "> <script>alert(1)</script>",
  "- <script>alert(1)</script>",
  "| a |\n| - |\n| <img src=x onerror=alert(1)> |",
  "# <b onmouseover=alert(1)>x</b>",
  "**<math href='javascript:alert(1)'>**",
  "```html\n<script>alert(1)</script>\n```",
  "`<script>alert(1)</script>`",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "<!--><script>alert(1)</script>-->",
  "<![CDATA[<script>alert(1)</script>]]>",
])("markup of the job's never becomes markup of the page: %s", (text) => {
  const tags = tagsOf(shown(text));
  const known =
    /^(div|p|h4|h5|pre|code|ul|ol|li|table|thead|tbody|tr|th|td|blockquote|strong|em|del|br|hr)\b/;
  expect(tags.filter((tag) => !known.test(tag))).toEqual([]);
  expect(tags.filter((tag) => /\son\w+\s*=|style=|src=|href=/i.test(tag))).toEqual([]);
});

test.each([
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\nscript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](&#x6A;avascript&colon;alert(1))",
  "[x](<javascript:alert(1)>)",
  "[x](  javascript:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:msgbox)",
  "[x](file:///etc/passwd)",
  "[x](/api/v1/session)",
  "[x](//evil.example)",
  "[x]: javascript:alert(1)\n\n[x]",
  "<javascript:alert(1)>",
  "![x](javascript:alert(1))",
  '[x](javascript:alert(1) "title")',
])("what would run something, or leads within this server, is no link: %s", (text) => {
  expect(tagsOf(shown(text)).filter((tag) => /href|src/i.test(tag))).toEqual([]);
});

test("a link to elsewhere tells nothing about where it was", () => {
  const html = shown("[report](https://example.com/a?b=1&c=2)");
  expect(html).toContain('href="https://example.com/a?b=1&amp;c=2"');
  expect(html).toContain('rel="noopener noreferrer nofollow"');
  expect(html).toContain('target="_blank"');
});

test("a quote in an address does not end the attribute", () => {
  const html = shown('[x](https://example.com/"onmouseover="alert(1))');
  expect(tagsOf(html).filter((tag) => /onmouseover="/i.test(tag))).toEqual([]);
});

test("a picture from elsewhere is a link, one within the text is shown, unless it is a drawing that can hold a script", () => {
  expect(shown("![chart](https://example.com/c.png)")).not.toContain("<img");
  expect(shown("![chart](https://example.com/c.png)")).toContain("picture: chart");
  expect(shown("![dot](data:image/png;base64,iVBORw0KGgo=)")).toContain("<img");
  expect(imageAddress("data:image/svg+xml;base64,PHN2Zz4=")).toBeNull();
  expect(imageAddress('data:image/png;base64,AA==" onerror="x')).toBeNull();
});

test("what Markdown is for is shown", () => {
  const html = shown(
    "# Title\n\n**bold** and `code`\n\n- [x] done\n- [ ] open\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n> quoted\n\n3. three",
  );
  expect(html).toContain("<h4>Title</h4>");
  expect(html).toContain("<strong>bold</strong>");
  expect(html).toContain('<td class="num">2</td>');
  expect(html).toContain("<blockquote>");
  expect(html).toContain('<ol start="3">');
  expect(html.match(/type="checkbox"/g)).toHaveLength(2);
  expect(html.match(/checked=""/g)).toHaveLength(1);
});

test("HTML is shown as it was written", () => {
  expect(shown("a <b>x</b>")).toContain("a &lt;b&gt;x&lt;/b&gt;");
});

test("deep nesting ends", () => {
  expect(shown(`${"> ".repeat(500)}deep`)).toContain("deep");
});

test("entities are characters, and only known ones", () => {
  expect(decoded("a &amp; b &#65; &#x42; &unknown; &#0;")).toBe("a & b A B &unknown; &#0;");
  expect(linkAddress("https://example.com/?a=1&amp;b=2")).toBe("https://example.com/?a=1&b=2");
});
