/** Git repositories as the server looks at them: on what schedule, and with whose credential. */
export { type Found, type Item, Looking, type Problem } from "./looking.ts";
export { repositoryOf } from "./repository.ts";
export { SharedLooks } from "./shared-looks.ts";
