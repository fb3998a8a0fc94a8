// Every bound of the report, in one place. Each keeps a very large repository from taking the day or the memory;
// what a bound cut off is said in the report.

/** History is read newest first for this long; then the report says how far it came. */
export const HISTORY_BUDGET_MS = 240_000;
/** The same for the search for secrets, which reads every line ever added. */
export const SECRETS_BUDGET_MS = 480_000;
/** Different secrets that are kept; more are counted. */
export const SECRETS_KEPT = 300;
/** Large files that are listed. */
export const LARGE_FILES_KEPT = 40;
/** Folders that are measured as jobs of their own; the smallest share one job beyond that. */
export const FOLDERS_MAX = 16;
/** A folder with more than this share of the code is split into its subfolders. */
export const FOLDER_SPLIT_SHARE = 0.3;
/** Authors that are listed. */
export const AUTHORS_KEPT = 60;
/** "Recent" is the year before the newest commit, not before today: an old clone reads the same tomorrow. */
export const RECENT_SECONDS = 365 * 86_400;
/** A function of more lines than this is called long. */
export const LONG_FUNCTION_LINES = 80;
/** A line indented this many levels or more is called deep. */
export const DEEP_LEVELS = 5;
