import { beforeAll, describe, test } from "vitest";
import { BUILD_MS, builtSdk, perform } from "./build.ts";
import { endingSuite } from "./ending.suite.ts";
import { LANGUAGES } from "./languages.ts";
import { localSuite } from "./local.suite.ts";
import { movedSuite } from "./moved.suite.ts";
import { originalSuite } from "./original.suite.ts";
import { programSuite } from "./program.suite.ts";

/** All that is asked of the SDK of a language. A file for each, so that they run beside each other. */
export function conformance(name: string): void {
  const language = LANGUAGES.find((one) => one.name === name);
  if (language === undefined) throw new Error(`there is no SDK for ${name}`);
  describe(`the SDK for ${name}`, () => {
    let folder = "";
    beforeAll(async () => {
      folder = await builtSdk(language);
    }, BUILD_MS);

    const command = (): ReturnType<typeof language.start> => language.start(folder);
    programSuite(language, command);
    originalSuite(command);
    endingSuite(command);
    localSuite(command);
    if (language.move !== null) movedSuite(language, language.move);

    test(
      "passes its own tests",
      async () => {
        for (const step of language.ownTests) await perform(step, folder);
      },
      BUILD_MS,
    );
  });
}
