// Who wrote it. One person often commits under several addresses: authors are the same when the address is, or when
// the name is and has at least two words ("Ada Lovelace", not "admin"). Addresses are not reported.
import { AUTHORS_KEPT } from "../limits.mjs";

const BOT =
  /\[bot\]|^(dependabot|renovate|github-actions|greenkeeper|snyk|pre-commit-ci|codecov|imgbot|allcontributors|weblate|transifex)\b|\bbot$/i;

/** Counts commits by author, newest first. */
export class Authors {
  #byEmail = new Map();
  #byName = new Map();
  #all = new Set();

  get size() {
    return this.#all.size;
  }

  /** Counts a commit; gives the author's record, to which changed lines are added. */
  count(name, email, atSeconds, recent) {
    const author = this.#find(name.trim() || "(no name)", email.toLowerCase(), atSeconds);
    author.commits++;
    if (recent) author.recentCommits++;
    author.firstSeconds = Math.min(author.firstSeconds, atSeconds);
    author.lastSeconds = Math.max(author.lastSeconds, atSeconds);
    return author;
  }

  facts() {
    const list = [...this.#all].sort((a, b) => b.commits - a.commits || b.lastSeconds - a.lastSeconds);
    const people = list.filter((author) => !author.bot);
    return {
      total: list.length,
      bots: list.length - people.length,
      recent: people.filter((author) => author.recentCommits > 0).length,
      halfOfAll: fewestForHalf(people.map((author) => author.commits)),
      halfOfRecent: fewestForHalf(people.map((author) => author.recentCommits)),
      list: list.slice(0, AUTHORS_KEPT),
    };
  }

  #find(name, email, atSeconds) {
    const key = email || name;
    const fullName = /\S\s+\S/.test(name) ? name.toLowerCase() : undefined;
    const known = this.#byEmail.get(key) ?? this.#byName.get(fullName);
    const author = known ?? this.#create(name, email, atSeconds);
    this.#byEmail.set(key, author);
    if (fullName !== undefined) this.#byName.set(fullName, author);
    return author;
  }

  #create(name, email, atSeconds) {
    const author = {
      name,
      bot: BOT.test(name) || BOT.test(email),
      commits: 0,
      recentCommits: 0,
      added: 0,
      deleted: 0,
      firstSeconds: atSeconds,
      lastSeconds: atSeconds,
    };
    this.#all.add(author);
    return author;
  }
}

/** How few people made half of the commits. */
function fewestForHalf(commits) {
  const total = commits.reduce((sum, value) => sum + value, 0);
  let made = 0;
  let people = 0;
  for (const value of commits.sort((a, b) => b - a)) {
    if (made * 2 >= total) break;
    made += value;
    people++;
  }
  return people;
}
