/** The design system: what every screen is built of. */
export { Announcement } from "./announcement.tsx";
export { Button, IconButton } from "./button.tsx";
export { Confirm } from "./confirm.tsx";
export { Core, CoreOfCounts, countsText } from "./core.tsx";
export { bytes, clock, count, exact, relative, spoken, timeOfDay } from "./duration.ts";
export { Icon, type IconName, Logo } from "./icon.tsx";
export { MarkedWords } from "./marked-words.tsx";
export { useNarrow } from "./narrow.ts";
export { useNow } from "./now.ts";
export { amount, first, listWords, numberWord, numberWordFirst } from "./number.ts";
export { Answer, Empty, Failure, SectionHead, SkeletonRows, useTitle } from "./page.tsx";
export { StatusLabel, StatusMark, StatusShape, STATUSES, statusWord, type Status } from "./status.tsx";
export { Ago, Moment, Took } from "./time.tsx";
export { toast, Toasts } from "./toast.tsx";
