import { GitError, type GitProblem } from "./git-error.ts";

/** What is known about an access that failed. */
export interface Attempted {
  readonly url: string;
  /** Null: this machine's own files. */
  readonly host: string | null;
  readonly transport: "https" | "http" | "ssh" | "file";
  readonly hasCredential: boolean;
  readonly hasKnownHosts: boolean;
}

interface Complaint {
  readonly said: RegExp;
  readonly problem: GitProblem;
  readonly message: (attempted: Attempted, found: RegExpExecArray) => string;
}

const SIGN_IN: Readonly<Record<Attempted["transport"], string>> = {
  https: "Keep a token of it as a secret, and name that secret (--token NAME).",
  http: "Keep a token of it as a secret, and name that secret (--token NAME).",
  ssh: "Keep a private key that it knows as a secret, and name that secret (--ssh-key NAME).",
  file: "Let the user of the server read it.",
};

/** In this order: what is more exact first. As `git`, `ssh` and `curl` say it in English. */
const COMPLAINTS: readonly Complaint[] = [
  {
    said: /No space left on device|Disk quota exceeded/,
    problem: "disk_full",
    message: ({ url }) =>
      `The disk is full: ${url} could not be fetched whole. Free some space and try again.`,
  },
  {
    said: /cannot run ssh|ssh: not found|ssh: command not found/,
    problem: "no_program",
    message: () => "`ssh` cannot be started. Install it: apt-get install openssh-client",
  },
  {
    said: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed/,
    problem: "host_key_changed",
    message: ({ host }) =>
      `${host ?? "The host"} shows another key than the one that is known for it: it was set up anew, or somebody is in between. Ask who runs it; then replace its line in the known hosts (--known-hosts FILE).`,
  },
  {
    said: /host key is known for|Host key verification failed/,
    problem: "host_key_unknown",
    message: ({ host, hasKnownHosts }) =>
      `The key of the host ${host ?? ""} is not known${hasKnownHosts ? " by the known hosts of this pipeline" : ""}. Fetch it with \`ssh-keyscan ${host ?? "HOST"} > known_hosts\`, compare it with what the host publishes, and give it: --known-hosts known_hosts`,
  },
  {
    said: /Permission denied \(|Too many authentication failures/,
    problem: "credentials_wanted",
    message: ({ url, hasCredential, transport }) =>
      hasCredential
        ? `${url} does not take this key. Check that it belongs to an account, or is a deploy key, with the right to read.`
        : `${url} wants credentials. ${SIGN_IN[transport]}`,
  },
  {
    said: /could not read (?:Username|Password) for|terminal prompts disabled/,
    problem: "credentials_wanted",
    message: ({ url, hasCredential, transport }) =>
      hasCredential
        ? `${url} does not take this token, or leads to another host, which is not told it.`
        : `${url} does not exist, or is private and wants credentials. ${SIGN_IN[transport]}`,
  },
  {
    said: /Authentication failed for|HTTP Basic: Access denied|The requested URL returned error: 40[13]/,
    problem: "credentials_refused",
    message: ({ url, hasCredential, transport }) =>
      hasCredential
        ? `${url} does not take this token. Check that it has not run out, that it may read the repository, and whether it wants a user name of its own (--user).`
        : `${url} may not be read without credentials. ${SIGN_IN[transport]}`,
  },
  {
    said: /Repository not found|repository '[^']*' not found|does not appear to be a git repository|The requested URL returned error: 404|project you were looking for could not be found/i,
    problem: "not_found",
    message: ({ url, hasCredential }) =>
      `There is no repository at ${url}${hasCredential ? ", or these credentials may not see it" : ""}. Check the address; if it was moved: gaia pipeline source NAME --source ADDRESS`,
  },
  {
    said: /dubious ownership/,
    problem: "credentials_refused",
    message: ({ url }) =>
      `${url} belongs to another user, and Git does not trust it. Tell it to: git config --global --add safe.directory PATH`,
  },
  {
    said: /SSL certificate problem: ([^\n]*)|server certificate verification failed[^\n]*|SSL: no alternative certificate[^\n]*/i,
    problem: "certificate",
    message: ({ host }, found) =>
      `The certificate of ${host ?? "the host"} is not trusted (${(found[1] ?? found[0]).trim()}). Give the server the authority that signed it, by SSL_CERT_FILE or GIT_SSL_CAINFO in its environment.`,
  },
  {
    said: /couldn't find remote ref|Remote branch .* not found/i,
    problem: "branch_missing",
    message: ({ url }) => `${url} has no such branch any more.`,
  },
  {
    said: /not our ref|unadvertised object|no such remote ref [0-9a-f]{40}/i,
    problem: "commit_missing",
    message: ({ url }) => `${url} has no such commit.`,
  },
  {
    said: /transport '(\w+)' not allowed/,
    problem: "submodule",
    message: (_, found) =>
      `A submodule is reached by \`${found[1]}\`, which is not allowed: only https, http and ssh are.`,
  },
  {
    said: /Could not resolve host(?:name)?|Name or service not known|Temporary failure in name resolution/i,
    problem: "unreachable",
    message: ({ host }) =>
      `The host ${host ?? ""} is not found. Check the address, and the network of the server.`,
  },
  {
    said: /Failed to connect|Connection (?:refused|reset|timed out|closed)|No route to host|Network is unreachable|Operation timed out|Operation too slow|early EOF|unexpected disconnect|hung up unexpectedly|The requested URL returned error: (?:5\d\d|429)|Recv failure|kex_exchange_identification/i,
    problem: "unreachable",
    message: ({ host }) => `${host ?? "The repository"} cannot be reached just now.`,
  },
];

/** What `git` said on stderr, as an error that people understand. */
export function complaintOf(said: string, attempted: Attempted): GitError {
  for (const { said: pattern, problem, message } of COMPLAINTS) {
    const found = pattern.exec(said);
    if (found !== null) return new GitError(problem, message(attempted, found));
  }
  const lines = said
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/^(remote: *)?(warning|hint):/i.test(line));
  const last = (lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? "it says nothing")
    .replace(/^(fatal|error): /, "")
    .slice(0, 500);
  return new GitError("other", `git could not read ${attempted.url}: ${last}`);
}
