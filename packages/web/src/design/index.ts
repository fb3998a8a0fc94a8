/** The design system: what every screen is built of. */
export { Announcement } from "./announcement.tsx";
export { Button, IconButton } from "./button.tsx";
export { Confirm } from "./confirm.tsx";
export { Core, CoreOfCounts, countsText } from "./core.tsx";
export { DefinitionGraph } from "./definition-graph.tsx";
export { bytes, clock, count, exact, relative, spoken, timeOfDay } from "./duration.ts";
export { Icon, type IconName, Logo } from "./icon.tsx";
export { type GraphNode, layersOf, shapeText } from "./definition-nodes.ts";
export { StandstillContext, useNow, usePresent, useStandstill } from "./now.ts";
export { MarkedWords } from "./marked-words.tsx";
export { useNarrow } from "./narrow.ts";
export { amount, first, listWords, numberWord, numberWordFirst } from "./number.ts";
export { Answer, Empty, Failure, SectionHead, SkeletonRows, useTitle } from "./page.tsx";
export { RunStrip } from "./run-strip.tsx";
export { StatusLabel, StatusMark, StatusShape, statusWord, type Status } from "./status.tsx";
export { Strata } from "./strata.tsx";
export { Ago, Moment, Took } from "./time.tsx";
export { toast, Toasts } from "./toast.tsx";
