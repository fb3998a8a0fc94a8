// What a history tells: gathered commit by commit, so that a million of them need no more memory than their names.
import { RECENT_SECONDS } from "../limits.mjs";
import { Authors } from "./authors.mjs";

/** What is gathered while the log streams by, newest commit first. */
export class History {
  commits = 0;
  merges = 0;
  total = 0;
  recentCommits = 0;
  /** Why not all was read; undefined when it was. */
  stopped = undefined;
  boundary = new Set();
  authors = new Authors();
  newestSeconds = undefined;
  oldestSeconds = undefined;
  /** Author dates: 2024-03-05 → commits */
  byDay = new Map();
  byHour = Array.from({ length: 7 }, () => Array(24).fill(0));
  files = new Map();
  /** old name → name of today */
  renamed = new Map();
  current = undefined;

  commit(record) {
    const [, hash, seconds, authoredAt, parents, email, name] = record.replace(/^\n/, "").split("\n");
    const atSeconds = Number(seconds);
    this.newestSeconds ??= atSeconds;
    this.oldestSeconds = Math.min(this.oldestSeconds ?? atSeconds, atSeconds);
    const recent = atSeconds > this.newestSeconds - RECENT_SECONDS;
    const merge = parents.includes(" ");
    this.commits++;
    if (merge) this.merges++;
    if (recent) this.recentCommits++;
    const day = authoredAt.slice(0, 10);
    this.byDay.set(day, (this.byDay.get(day) ?? 0) + 1);
    this.#countHour(authoredAt);
    const author = this.authors.count(utf8(name), email, atSeconds, recent);
    this.current = { recent, author, boundary: this.boundary.has(hash) };
  }

  change(added, deleted, path, oldPath) {
    if (this.current === undefined || this.current.boundary) return;
    const { recent, author } = this.current;
    const today = this.renamed.get(path) ?? path;
    if (oldPath !== undefined) this.renamed.set(oldPath, today);
    author.added += added;
    author.deleted += deleted;
    const file = this.files.get(today) ?? { changes: 0, recentChanges: 0, lines: 0, recentLines: 0 };
    file.changes++;
    file.lines += added + deleted;
    if (recent) {
      file.recentChanges++;
      file.recentLines += added + deleted;
    }
    this.files.set(today, file);
  }

  facts(present) {
    const files = [...this.files].filter(([path]) => present.has(path));
    return {
      commits: this.commits,
      total: this.total,
      complete: this.stopped === undefined,
      stopped: this.stopped,
      merges: this.merges,
      recentCommits: this.recentCommits,
      newestSeconds: this.newestSeconds,
      oldestSeconds: this.oldestSeconds,
      authors: this.authors.facts(),
      byDay: Object.fromEntries([...this.byDay].sort(([a], [b]) => (a < b ? -1 : 1))),
      byHour: this.byHour,
      files: Object.fromEntries(files),
    };
  }

  /** By the author's own clock: 2024-03-05T17:20:11+01:00 is Tuesday, 17 h. */
  #countHour(authoredAt) {
    const weekday = (new Date(`${authoredAt.slice(0, 10)}T00:00:00Z`).getUTCDay() + 6) % 7;
    const hour = Number(authoredAt.slice(11, 13));
    if (this.byHour[weekday]?.[hour] !== undefined) this.byHour[weekday][hour]++;
  }
}

function utf8(latin1) {
  return Buffer.from(latin1, "latin1").toString("utf8");
}
