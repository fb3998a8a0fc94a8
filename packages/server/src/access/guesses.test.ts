import { GaiaError } from "@gaia/contracts";
import { expect, test } from "vitest";
import { Guesses } from "./guesses.ts";

interface Guesser {
  readonly guess: (address: string, text: string) => string;
  readonly pass: (ms: number) => void;
}

function guesser(): Guesser {
  let now = 0;
  const guesses = new Guesses(() => now);
  return {
    guess(address, text) {
      try {
        return guesses.check(address, text, () => (text === "right" ? "in" : null)) ?? "wrong";
      } catch (caught) {
        if (caught instanceof GaiaError) return caught.code;
        throw caught;
      }
    },
    pass(ms) {
      now += ms;
    },
  };
}

test("twenty wrong ones, then one a second; other addresses do not feel it", () => {
  const { guess, pass } = guesser();
  const said = Array.from({ length: 25 }, (_, number) => guess("10.0.0.1", `wrong ${number}`));
  expect(said.filter((word) => word === "wrong")).toHaveLength(20);
  expect(guess("10.0.0.1", "right")).toBe("rate_limited");
  expect(guess("10.0.0.2", "right")).toBe("in");
  pass(999);
  expect(guess("10.0.0.1", "right")).toBe("rate_limited");
  pass(1);
  expect(guess("10.0.0.1", "right")).toBe("in");
  expect(guess("10.0.0.1", "wrong again")).toBe("wrong");
  expect(guess("10.0.0.1", "wrong once more")).toBe("rate_limited");
});

test("the same wrong one counts once, and is refused without a look also when others are held up", () => {
  const { guess } = guesser();
  for (let number = 0; number < 100; number++) expect(guess("10.0.0.1", "stale")).toBe("wrong");
  for (let number = 0; number < 19; number++) guess("10.0.0.1", `wrong ${number}`);
  expect(guess("10.0.0.1", "new")).toBe("rate_limited");
  expect(guess("10.0.0.1", "stale")).toBe("wrong");
});

test("an IPv6 network is one client, however it is written", () => {
  const { guess } = guesser();
  for (let number = 0; number < 20; number++)
    guess(`2001:db8:0:1::${number.toString(16)}`, `wrong ${number}`);
  expect(guess("2001:db8:0:1:ffff::1", "right")).toBe("rate_limited");
  expect(guess("2001:db8::1:0:0:0:1", "right")).toBe("rate_limited");
  expect(guess("2001:db8:0:2::1", "right")).toBe("in");
});
