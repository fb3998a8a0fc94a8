import type { ReactNode } from "react";

/** Line icons, 16 × 16, drawn with the colour of the text around them. */
const DRAWINGS = {
  activity: <path d="M2 8h3l2-5 2.5 10L11.3 8H14" />,
  agent: <path d="M8 2.2 9.3 6.7 13.8 8 9.3 9.3 8 13.8 6.7 9.3 2.2 8 6.7 6.7z" />,
  branch: (
    <>
      <circle cx="4.5" cy="4" r="1.5" />
      <circle cx="4.5" cy="12" r="1.5" />
      <circle cx="11.5" cy="5.5" r="1.5" />
      <path d="M4.5 5.5v5M11.5 7c0 2.5-4 2-6.5 3.5" />
    </>
  ),
  check: <path d="m3.5 8.5 3 3 6-7" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 5v3l2 1.5" />
    </>
  ),
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.2" />
      <path d="M10.5 5.500V3.700a1.200 1.200 0 0 0-1.200-1.200H3.700a1.200 1.200 0 0 0-1.200 1.200v5.600a1.200 1.200 0 0 0 1.200 1.200h1.800" />
    </>
  ),
  database: (
    <>
      <ellipse cx="8" cy="4" rx="5" ry="1.8" />
      <path d="M3 4v8c0 1 2.2 1.8 5 1.8s5-.8 5-1.8V4M3 8c0 1 2.2 1.8 5 1.8S13 9 13 8" />
    </>
  ),
  down: <path d="m4 6 4 4 4-4" />,
  download: <path d="M8 2.5v7.5M4.8 7 8 10.2 11.2 7M3 13.5h10" />,
  file: <path d="M4 2.500h5L12.500 6v7.500H4zM9 2.500V6h3.500" />,
  find: (
    <>
      <circle cx="7" cy="7" r="4.2" />
      <path d="m10.2 10.2 3.3 3.3" />
    </>
  ),
  fit: <path d="M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10" />,
  home: (
    <>
      <path d="M2.5 7.2 8 2.5l5.5 4.7v6.3h-11z" />
      <path d="M6.5 13.5v-4h3v4" />
    </>
  ),
  inbox: (
    <>
      <path d="M2.5 9.5 4.3 3h7.4l1.8 6.5v4h-11z" />
      <path d="M2.5 9.5h3.2l.8 1.6h3l.8-1.6h3.2" />
    </>
  ),
  key: (
    <>
      <circle cx="5" cy="11" r="2.7" />
      <path d="m7 9 6-6M10.500 5.500l2 2" />
    </>
  ),
  link: (
    <path d="M6.5 9.5 9.5 6.5M7 4.5l1.2-1.2a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5l-1.2 1.2a3 3 0 0 1-4.5-4.5L4.5 7" />
  ),
  minus: <path d="M3 8h10" />,
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.4" />,
  offline: (
    <path d="M2 6a9 9 0 0 1 4-2M14 6a9 9 0 0 0-3.5-1.9M4.5 9a5.500 5.500 0 0 1 2-1.300M8 12.500h.01M2.500 2.500l11 11" />
  ),
  pause: <path d="M6 3.5v9M10 3.5v9" />,
  person: (
    <>
      <circle cx="8" cy="5.5" r="2.5" />
      <path d="M3 13.500c.6-2.700 2.600-4 5-4s4.400 1.300 5 4" />
    </>
  ),
  pipelines: (
    <>
      <circle cx="4" cy="8" r="1.8" />
      <circle cx="12" cy="4" r="1.8" />
      <circle cx="12" cy="12" r="1.8" />
      <path d="M5.6 7.2 10.4 4.8M5.6 8.8l4.8 2.4" />
    </>
  ),
  plus: <path d="M8 3v10M3 8h10" />,
  retry: <path d="M3 8a5 5 0 1 1 1.600 3.700M2.800 12.800v-3h3" />,
  right: <path d="m6 4 4 4-4 4" />,
  runs: <path d="M2.5 4h7M5 8h8M3.5 12h6" />,
  settings: (
    <>
      <path d="M2.500 4.500h6M12.500 4.500h1M2.500 11.500h1M7.500 11.500h6" />
      <circle cx="10.5" cy="4.5" r="1.8" />
      <circle cx="5.5" cy="11.5" r="1.8" />
    </>
  ),
  start: <path d="M5 3.2v9.6l7.5-4.8z" />,
  stop: <rect x="4" y="4" width="8" height="8" rx="1.2" />,
  system: (
    <>
      <rect x="2.5" y="2.5" width="11" height="4.5" rx="1" />
      <rect x="2.5" y="9" width="11" height="4.5" rx="1" />
      <path d="M5 4.800h.01M5 11.200h.01" />
    </>
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 2.500a5.500 5.500 0 0 1 0 11z" fill="currentColor" stroke="none" />
    </>
  ),
  triggers: <path d="M9 1.800 3.500 9H8l-1 5.200L12.500 7H8z" />,
  up: <path d="m4 10 4-4 4 4" />,
  warning: <path d="M8 2.500 14 13H2zM8 6.500v3M8 11.300h.01" />,
  wrap: (
    <path d="M2.500 4h11M2.500 8h8.500a2.300 2.300 0 0 1 0 4.500H8M9.500 10.800 7.800 12.500l1.700 1.700M2.500 12.500h2.500" />
  ),
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof DRAWINGS;

/** A line icon. It says nothing to readers: the word beside it, or the control's label, does. */
export function Icon({ name, className = "" }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg className={`icon ${className}`} viewBox="0 0 16 16" aria-hidden="true">
      {DRAWINGS[name]}
    </svg>
  );
}

export function Logo({ size = 24 }: { readonly size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path
        d="M19.1 5.6A9.5 9.5 0 1 0 21.5 12H13"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="11.4" cy="12" r="3.1" fill="currentColor" />
    </svg>
  );
}
