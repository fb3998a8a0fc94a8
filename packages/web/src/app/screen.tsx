import type { ReactNode } from "react";
import { Banner, type Crumb, Top } from "./top.tsx";

/**
 * A screen within the shell. `fixed`: the window does not scroll, the screen's parts do. `top` stands in for the mark
 * that says whether the page is live.
 */
export function Screen({
  crumbs,
  fixed = false,
  top,
  children,
}: {
  readonly crumbs: readonly Crumb[];
  readonly fixed?: boolean;
  readonly top?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className={`main-col${fixed ? " fixed" : ""}`}>
      <Top crumbs={crumbs}>{top}</Top>
      <Banner />
      <main id="main" tabIndex={-1}>
        {fixed ? children : <div className="page">{children}</div>}
      </main>
    </div>
  );
}
