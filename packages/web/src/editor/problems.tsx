import { StatusMark, Icon } from "../design/index.ts";
import { type Fix, fixOf, type Problem, problemCounts, sentenceParts } from "./fixes.ts";

/** What is wrong with the text; each line jumps there, and where the server knows a remedy, one press applies it. */
export function Problems({
  source,
  problems,
  isChecked,
  onJump,
  onFix,
}: {
  readonly source: string;
  readonly problems: readonly Problem[];
  /** Whether the text as it stands has been checked. */
  readonly isChecked: boolean;
  readonly onJump: (line: number, column: number) => void;
  readonly onFix: (fix: Fix) => void;
}) {
  return (
    <section className="ed-prob" aria-labelledby="problems-head" tabIndex={0}>
      <div className="h-row">
        <h2 id="problems-head">Problems</h2>
        <span className="n" role="status">
          {source.trim() === "" ? "nothing written yet" : isChecked ? problemCounts(problems) : "checking"}
        </span>
      </div>
      <ul>
        {problems.map((problem) => {
          const fix = fixOf(source, problem);
          return (
            <li key={`${problem.line}:${problem.column} ${problem.message}`}>
              <button
                type="button"
                className="ed-problem"
                onClick={() => onJump(problem.line, problem.column)}
              >
                {problem.severity === "error" ? <StatusMark status="failed" /> : <Icon name="warning" />}
                <span className="mono soft">
                  <span className="vh">{problem.severity === "error" ? "Error" : "Hint"} at </span>
                  {problem.line}:{problem.column}
                </span>
                <span>
                  {sentenceParts(problem.message).map(({ text, isCode }, at) =>
                    // oxlint-disable-next-line react/no-array-index-key -- a part is its place
                    isCode ? (
                      <code key={at}>{text}</code>
                    ) : (
                      <span key={at}>{at === 0 ? capital(text) : text}</span>
                    ),
                  )}
                </span>
              </button>
              {fix !== null && (
                <button type="button" className="link ed-fix" onClick={() => onFix(fix)}>
                  Use {fix.text}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
