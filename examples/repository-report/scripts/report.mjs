// Task `report`: joins what the others found into report.html and report.md. What is missing is said, not guessed.
import { pathToFileURL } from "node:url";
import { findingsOf, headline } from "./report/findings.mjs";
import { markdownOf } from "./report/markdown.mjs";
import { pageOf } from "./report/page.mjs";
import { keepArtifact, loadFacts, publishOutputs, runTask, say, size, summarize } from "./task.mjs";

const PARTS = [
  "inventory",
  "history",
  "large-files",
  "secrets",
  "licences",
  "tests",
  "dependencies",
  "hotspots",
];

await runTask(async () => {
  const facts = { repository: loadFacts("repository") };
  for (const part of PARTS) facts[part] = loadFacts(part, null) ?? undefined;
  const nowSeconds = Math.floor(Date.now() / 1000);
  const findings = findingsOf(facts, nowSeconds);
  const page = pageOf(facts, findings, nowSeconds);
  const markdown = markdownOf(facts, findings, nowSeconds);
  keepArtifact("report.md", markdown);
  const file = keepArtifact("report.html", page);
  const signs = { attention: "!", look: "-", good: "✓" };
  say(headline(facts, findings));
  for (const finding of findings) say(`  ${signs[finding.level]} ${finding.title}`);
  say(`report: ${pathToFileURL(file).href} (${size(Buffer.byteLength(page))})`);
  publishOutputs({
    headline: headline(facts, findings),
    findings: findings.filter((finding) => finding.level !== "good").length,
  });
  summarize(markdown);
});
