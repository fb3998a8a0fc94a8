import { IconButton } from "../../design/index.ts";

const ZOOM = 1.3;

/** What a hand needs at the graph. */
export function Tools({
  zoom,
  fit,
  find,
  isFinding,
  showList,
}: {
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
  readonly find: () => void;
  readonly isFinding: boolean;
  readonly showList: () => void;
}) {
  return (
    <div className="canvas-tools" role="toolbar" aria-label="Graph">
      <IconButton icon="find" label="Find a job (/)" pressed={isFinding} onClick={find} />
      <IconButton icon="plus" label="Zoom in (+)" onClick={() => zoom(ZOOM)} />
      <IconButton icon="minus" label="Zoom out (−)" onClick={() => zoom(1 / ZOOM)} />
      <IconButton icon="fit" label="Fit (F)" onClick={fit} />
      <IconButton icon="runs" label="Show as a list" onClick={showList} />
    </div>
  );
}
