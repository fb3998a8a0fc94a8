import { type Context, job, number, serve } from "@gaia/sdk";

interface Arguments {
  readonly times: number;
}

const greet = ({ args, log }: Context<Arguments>): void => log.info("hello ".repeat(args.times));

await serve([job("Greet", { args: { times: number("How often", { default: 2 }) }, run: greet })]);
