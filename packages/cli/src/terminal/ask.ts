/** Asks for a line that is not shown while it is typed. Only for a terminal. */
export async function askHidden(question: string): Promise<string> {
  process.stderr.write(`  ${question} `);
  try {
    return await typedLine(process.stdin, () => {});
  } finally {
    process.stderr.write("\n");
  }
}

/** A question that yes or no answers; no is what Enter says. Only for a terminal. */
export async function askYes(question: string): Promise<boolean> {
  process.stderr.write(`  ${question} [y/N] `);
  try {
    const answer = await typedLine(process.stdin, (character) => void process.stderr.write(character));
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    process.stderr.write("\n");
  }
}

/** A line typed with the terminal's echo off; what was pasted behind it is left out. */
function typedLine(input: NodeJS.ReadStream, echo: (character: string) => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let line = "";
  const end = (): void => {
    input.off("data", take);
    input.setRawMode(false);
    input.pause();
  };
  const take = (bytes: string): void => {
    for (const character of bytes) {
      switch (character) {
        case "\r":
        case "\n":
        case "\u0004":
          end();
          resolve(line);
          return;
        case "\u0003":
          // As it would be with the terminal's own handling; nothing was done yet.
          end();
          process.stderr.write("\n");
          process.kill(process.pid, "SIGINT");
          return;
        case "\u0015":
          line = "";
          break;
        case "\b":
        case "\u007F":
          line = Array.from(line).slice(0, -1).join("");
          break;
        default:
          line += character;
          echo(character);
      }
    }
  };
  input.setEncoding("utf8");
  input.setRawMode(true);
  input.on("data", take);
  input.resume();
  return promise;
}
