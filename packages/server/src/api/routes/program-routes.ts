import {
  buildPipeline,
  changeSource,
  createPipeline,
  pinPipeline,
  pipeline,
  pipelineCreated,
  promotePipeline,
  started,
} from "@gaia/contracts";
import type { ApiContext } from "../context.ts";
import { withoutUndefined } from "../optional.ts";
import { Pipelines } from "../pipelines.ts";
import { json, jsonOf, type Route, route } from "../route.ts";
import { nothing, workflowParams } from "../schemas.ts";
import { startedView } from "./run-routes.ts";

const TAG = "pipelines";

const IDEMPOTENT = [
  {
    name: "Idempotency-Key",
    description: "The same key and body again is answered as the first time, for 24 hours.",
  },
];

/** Pipelines that are programs: made, built, and where they are built from. */
export function programRoutes(context: ApiContext): readonly Route[] {
  const { programs } = context.deps;
  const pipelines = new Pipelines(context);
  return [
    route({
      id: "createPipeline",
      method: "POST",
      path: "/pipelines",
      tag: TAG,
      summary: "Make a pipeline of a repository or a folder, and build it",
      params: nothing,
      query: nothing,
      headers: IDEMPOTENT,
      body: { kind: "object", schema: createPipeline, optional: false },
      answers: { 202: jsonOf(pipelineCreated, "The pipeline is there, and its build will be performed.") },
      run: async ({ body, caller }) => {
        const made = await programs.create(body, caller);
        return json(
          { pipeline: await pipelines.named(caller, made.pipeline), build: startedView(made.build) },
          202,
        );
      },
    }),
    route({
      id: "buildPipeline",
      method: "POST",
      path: "/pipelines/{id}/build",
      tag: TAG,
      summary: "Build a new version of it",
      params: workflowParams,
      query: nothing,
      headers: IDEMPOTENT,
      body: { kind: "object", schema: buildPipeline, optional: true },
      answers: { 202: jsonOf(started, "The build is durable and will be performed.") },
      run: async ({ params, body, caller }) =>
        json(startedView(await programs.build(params.id, withoutUndefined(body), caller)), 202),
    }),
    route({
      id: "changePipelineSource",
      method: "PATCH",
      path: "/pipelines/{id}/source",
      tag: TAG,
      summary: "Change where its next build is from; what is not named stays",
      params: workflowParams,
      query: nothing,
      body: { kind: "object", schema: changeSource, optional: false },
      answers: { 200: jsonOf(pipeline, "The pipeline.") },
      run: async ({ params, body, caller }) => {
        await programs.changeSource(params.id, body, caller);
        return json(await pipelines.named(caller, params.id));
      },
    }),
    ...versionChoiceRoutes(context, pipelines),
  ];
}

/** Which version runs start from. */
function versionChoiceRoutes(context: ApiContext, pipelines: Pipelines): readonly Route[] {
  const { versions } = context.deps.programs;
  const answers = { 200: jsonOf(pipeline, "The pipeline; `version` is the one in force.") };
  const common = { method: "POST", tag: TAG, params: workflowParams, query: nothing, answers } as const;
  return [
    route({
      ...common,
      id: "pinPipeline",
      path: "/pipelines/{id}/pin",
      summary: "Let runs start from this version, whatever is built",
      body: { kind: "object", schema: pinPipeline, optional: false },
      run: async ({ params, body, caller }) => {
        await versions.pin(params.id, body.version, caller);
        return json(await pipelines.named(caller, params.id));
      },
    }),
    route({
      ...common,
      id: "unpinPipeline",
      path: "/pipelines/{id}/unpin",
      summary: "Let runs start from the newest version again",
      body: null,
      run: async ({ params, caller }) => {
        await versions.unpin(params.id, caller);
        return json(await pipelines.named(caller, params.id));
      },
    }),
    route({
      ...common,
      id: "promotePipeline",
      path: "/pipelines/{id}/promote",
      summary: "Move the pin on to a later version",
      body: { kind: "object", schema: promotePipeline, optional: true },
      run: async ({ params, body, caller }) => {
        await versions.promote(params.id, body.version ?? null, caller);
        return json(await pipelines.named(caller, params.id));
      },
    }),
    route({
      ...common,
      id: "rollbackPipeline",
      path: "/pipelines/{id}/rollback",
      summary: "Go back to the version that was in force before",
      body: null,
      run: async ({ params, caller }) => {
        await versions.rollback(params.id, caller);
        return json(await pipelines.named(caller, params.id));
      },
    }),
  ];
}
