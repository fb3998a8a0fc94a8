/** The dashboard's files as a browser gets them, and the pages that the server makes by itself. */
export { type Page, SIGN_IN_PROBLEMS, signInPage, type SignInProblem } from "./pages.ts";
export { Site, type SiteAnswer, type SiteQuestion } from "./site.ts";
