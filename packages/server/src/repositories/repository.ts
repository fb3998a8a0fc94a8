import { type Credential, GitError, type Repository } from "@gaia/git";
import type { SecretResolver } from "../engine/options.ts";

/** A repository as it is written down: its credential is the name of a secret. */
export interface NamedRepository {
  readonly url: string;
  /** Null: the repository's default, or all of them. */
  readonly branch: string | null;
  readonly credential: Credential | null;
  readonly knownHosts: string | null;
}

/**
 * With its credential, which `asker` has to be allowed to read.
 * @throws GitError `credentials_wanted`
 */
export function repositoryOf(
  { url, branch, credential, knownHosts }: NamedRepository,
  asker: Parameters<SecretResolver>[1],
  secret: SecretResolver,
): Repository {
  if (credential === null) return { url, branch, knownHosts, credential };
  const { kind, user } = credential;
  const asked = secret(credential.secret, asker);
  if (asked.kind === "refused")
    throw new GitError("credentials_wanted", `It needs the secret ${credential.secret}, ${asked.why}.`);
  return { url, branch, knownHosts, credential: { kind, user, secret: asked.value } };
}
