import { BUILD_HOOK, deliveryAnswer, GaiaError } from "@gaia/contracts";
import { z } from "zod";
import type { ApiContext } from "../context.ts";
import type { Delivery } from "../port.ts";
import { json, jsonOf, type RawRequest, type Route, route } from "../route.ts";
import { nothing } from "../schemas.ts";

/** Where senders of webhooks deliver. They have no token: what they sign is the proof. */
export function hookRoutes(context: ApiContext): readonly Route[] {
  return [
    route({
      id: "deliver",
      method: "POST",
      path: "/hooks/{pipeline}/{webhook}",
      tag: "triggers",
      summary:
        "Delivers to a webhook of a pipeline, or (`build`) tells of a push to a program, signed with its secret; no token is wanted",
      open: true,
      params: z.strictObject({ pipeline: z.string().min(1), webhook: z.string().min(1) }),
      query: nothing,
      headers: [
        { name: "webhook-id", description: "Standard Webhooks: id of the delivery, signed." },
        { name: "webhook-timestamp", description: "Standard Webhooks: seconds since 1970, signed." },
        { name: "webhook-signature", description: "Standard Webhooks: `v1,` and HMAC-SHA256 in base64." },
        { name: "x-hub-signature-256", description: "GitHub: `sha256=` and HMAC-SHA256 of the body in hex." },
        { name: "x-github-delivery", description: "GitHub: id of the delivery." },
      ],
      body: { kind: "raw", schema: z.looseObject({}), optional: true },
      answers: {
        200: jsonOf(deliveryAnswer, "It starts no run: it did before, or it does not count."),
        202: jsonOf(deliveryAnswer, "It has started a run, or what was pushed is looked for."),
      },
      async run({ params, bytes, headers, arrival, caller }) {
        const { access } = context.deps;
        const delivery = {
          namespace: caller.namespace,
          pipeline: params.pipeline,
          name: params.webhook,
          headers: plainHeaders(headers),
          body: bytes,
          from: access.addressOf(arrival),
        };
        const desk = deskFor(context, delivery);
        const proved = access.checkSignature(arrival, desk.fingerprint(delivery), () => desk.prove(delivery));
        if (proved === null)
          throw new GaiaError(
            "unauthenticated",
            "The delivery is refused: there is no such webhook, or it is not signed with its secret.",
          );
        const { status, run, message } = await desk.accept(proved);
        const isUnderWay = status === "started" || status === "looking";
        return json({ status, run_id: run, message }, isUnderWay ? 202 : 200);
      },
    }),
  ];
}

/** A webhook of a pipeline, or where a forge tells of pushes to a program. */
function deskFor({ deps }: ApiContext, { namespace, pipeline, name }: Delivery) {
  const isBuild = name === BUILD_HOOK && deps.programs.hooks.isOne(namespace, pipeline);
  return isBuild ? deps.programs.hooks : deps.webhooks;
}

/** Of headers that come several times the first counts. The content type is not as it came: bodies are told by what they are. */
function plainHeaders(headers: RawRequest["headers"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined || name === "content-type" ? [] : [[name, first]];
    }),
  );
}
