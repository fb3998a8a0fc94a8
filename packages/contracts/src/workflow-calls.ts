import { z } from "zod";
import { anyValue, template, text } from "./workflow-values.ts";

/** What a task of type http says beside the keys of all tasks. */
export const httpKeys = {
  url: template.optional().describe("The address that is called, for type http."),
  method: z
    .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], {
      error: "wants a method in capitals, such as `POST`",
    })
    .optional()
    .describe("GET; with a body POST."),
  headers: z
    .record(z.string(), template, { error: "wants a map of headers (`name: text`)" })
    .optional()
    .describe("Headers of the request."),
  body: anyValue.optional().describe("Text as it is; anything else as JSON."),
  expect: z
    .array(z.int().min(100).max(599), { error: "wants a list of statuses, such as `[200, 204]`" })
    .min(1, { error: "is empty; name at least one status" })
    .optional()
    .describe("Statuses that count as success; 200 to 299."),
};

/** What a task of type container says beside the keys of a command. */
export const containerKeys = {
  image: template.optional().describe("The image, for type container."),
  args: z
    .array(template, { error: "wants a list of arguments" })
    .optional()
    .describe("Arguments in the place of those of the image."),
  entrypoint: z.array(text).min(1).optional().describe("In the place of that of the image."),
  volumes: z
    .array(template, { error: "wants a list of mounts, such as `[.:/work]`" })
    .optional()
    .describe("What of the host is seen inside: `HOST:INSIDE[:ro]`."),
  user: text.optional().describe("Who runs inside."),
  network: text.optional().describe("The network it joins."),
  pull: z.enum(["missing", "always", "never"]).optional().describe("When the image is fetched; missing."),
};
