/** Vault: secrets, sealed under a key that is kept apart from the database. */
export { keyPlace, VAULT_KEY_VARIABLE } from "./key-place.ts";
export { SecretSource } from "./secret-source.ts";
export { openVault } from "./vault.ts";
