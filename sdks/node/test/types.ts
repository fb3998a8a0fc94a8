// What the compiler knows of a job's arguments. Checked by `tsc -p sdks/node`; nothing here is run.
import { boolean, choice, type Context, type Job, job, number, serve, skip, text, vault } from "@gaia/sdk";
import { runJob, runPipeline } from "@gaia/sdk/testing";

const build: Job = job("Build", {
  args: {
    name: text("", { default: "x" }),
    count: number(),
    times: number("", { default: 2 }),
    wanted: number("", { required: true }),
    tone: choice(["calm", "wild"], "", { default: "calm" }),
    any: choice(["calm", "wild"]),
    loud: boolean(),
    TOKEN: vault(),
  },
  when: ({ args }) => args.loud || skip(args.name),
  async run({ args, setOutput, startPipeline, addJob, output }) {
    const name: string = args.name;
    const times: number = args.times + args.wanted;
    const tone: "calm" | "wild" = args.tone;
    const token: string = args.TOKEN;
    // @ts-expect-error -- it may not have been given
    const count: number = args.count;
    // @ts-expect-error -- nor may this
    const any: "calm" | "wild" = args.any;
    // @ts-expect-error -- no such argument
    void args.nothing;
    setOutput("all", { name, times, tone, token, count, any });
    // @ts-expect-error -- JSON has no form for it
    setOutput("never", undefined);
    const { status, outputs } = await (await startPipeline("other", { x: 1, y: true })).ended();
    setOutput(status, outputs["answer"] ?? null);
    addJob(build, "Again", { args: { name: "y" }, dependsOn: [build, "Build"] });
    const before: unknown = output(build, "all");
    void before;
  },
});

job("Short", ({ log }) => log.info("text"));
job("Typed", { run: (context: Context) => context.log.warn(context.title) });
// @ts-expect-error -- no function
job("None", {});
// @ts-expect-error -- the default is none of the choices
choice(["calm", "wild"], "", { default: "loud" });
// @ts-expect-error -- the default of a number is one
number("", { default: "2" });

void serve([build, { title: "Published", handler: (args) => args.map(({ key, value }) => key + value) }]);
void runJob(build, { args: { name: "x" }, pipelines: { other: { outputs: { answer: 42 } } } });
void runPipeline([build], { only: [build] }).then(({ jobs }) => jobs["Build"]?.outputs["all"]);
