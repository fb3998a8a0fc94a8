import { GaiaError, LIMITS } from "@gaia/contracts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws GaiaError `invalid_request` */
export function checkName(name: string): void {
  if (NAME.test(name) && name.length <= LIMITS.nameCharacters) return;
  throw new GaiaError(
    "invalid_request",
    // Not repeated: a value that was given in the name's place would be shown.
    `A secret is named as a variable is: letters, digits and "_", no digit first, at most ${LIMITS.nameCharacters} (nameCharacters). The name that was given is not.`,
  );
}

/** What reaches a task as an environment variable, and is masked in its log. @throws GaiaError */
export function checkValue(value: string): void {
  const bytes = Buffer.byteLength(value);
  if (bytes < LIMITS.secretBytesMin)
    throw new GaiaError(
      "invalid_request",
      `A secret has ${LIMITS.secretBytesMin} bytes at least (secretBytesMin): a shorter one could not be masked in logs. This one has ${bytes}.`,
    );
  if (bytes > LIMITS.secretValueBytes)
    throw new GaiaError(
      "too_large",
      `A secret may have ${LIMITS.secretValueBytes} bytes (secretValueBytes); this one has ${bytes}. Keep the file elsewhere, and a key to it here.`,
    );
  if (value.includes("\0"))
    throw new GaiaError(
      "invalid_request",
      "A secret is text without zero bytes: it becomes an environment variable. Encode it first, such as with base64.",
    );
  if (!value.isWellFormed())
    throw new GaiaError("invalid_request", "A secret is text, and this one is not whole Unicode.");
}

/** @throws GaiaError `too_large` */
export function checkDescription(description: string): void {
  if (description.length <= LIMITS.secretDescriptionCharacters) return;
  throw new GaiaError(
    "too_large",
    `A description may have ${LIMITS.secretDescriptionCharacters} characters (secretDescriptionCharacters); this one has ${description.length}.`,
  );
}
