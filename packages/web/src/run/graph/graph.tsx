import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
} from "react";
import { useScreenKeys } from "../../app/keys.ts";
import type { GraphLayout } from "../../design/graph/layout.ts";
import { useNow } from "../../design/index.ts";
import type { Jobs } from "../jobs.ts";
import { bandTimes } from "./bands.ts";
import { Edges } from "./edges.tsx";
import { Find } from "./find.tsx";
import type { GraphModel } from "./model.ts";
import { ownerOf } from "./model.ts";
import { Nodes } from "./nodes.tsx";
import { usePanZoom } from "./pan-zoom.ts";
import { Gutter, Strata } from "./strata.tsx";
import { Tools } from "./tools.tsx";
import { levelOf, seen } from "./view.ts";
import { type Direction, step } from "./walk.ts";

export interface GraphProps {
  readonly title: string;
  readonly jobs: Jobs;
  readonly model: GraphModel;
  readonly layout: GraphLayout;
  readonly selected: string | null;
  readonly select: (job: string | null) => void;
  readonly toggle: (group: string) => void;
  readonly typical: ReadonlyMap<string, number>;
  readonly addressOf: (key: string) => string;
  readonly showList: () => void;
}

const ZOOM = 1.3;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "left",
  ArrowRight: "right",
};

/** The graph, to be zoomed, moved and walked; only what is in sight is drawn. */
export function Graph(props: GraphProps) {
  const { title, jobs, model, layout, selected, select, toggle, typical, addressOf } = props;
  const canvas = useRef<HTMLDivElement>(null);
  const { view, size, zoom, fit, reveal, wasDrag, pointer } = usePanZoom(canvas, layout);
  const [walked, setWalked] = useState<string | null>(null);
  const [isFinding, find] = useState(false);
  const [matches, setMatches] = useState<ReadonlySet<string> | null>(null);
  const rect = useSteadyRect(seen(view, size));
  const first = layout.bands[0]?.keys[0] ?? null;
  const current = walked ?? selected ?? first;
  const show = (key: string): void => {
    const place = layout.nodes.get(ownerOf(key, jobs));
    if (place === undefined) return;
    reveal({ left: place.x, top: place.y, right: place.x + place.width, bottom: place.y + place.height });
  };
  useFocusOn(canvas, walked);
  const isMeasured = size.width > 0;
  // Also what was selected elsewhere is brought into sight: by the sentence above, the panel, a key, the address.
  const bring = useEffectEvent(show);
  useEffect(() => {
    if (selected !== null && isMeasured) bring(selected);
  }, [selected, isMeasured]);
  useScreenKeys(
    useMemo(
      () => ({
        f: fit,
        "/": () => find(true),
        "+": () => zoom(ZOOM),
        "=": () => zoom(ZOOM),
        "-": () => zoom(1 / ZOOM),
      }),
      [fit, zoom],
    ),
  );
  const pressed = (event: KeyboardEvent): void => {
    const direction = ARROWS[event.key];
    const here = keyAt(event.target) ?? current;
    const isGroup = event.key === " " && here !== null && model.groups.has(here);
    const group = groupAt(event.target) ?? (isGroup ? here : null);
    if (direction !== undefined && here !== null) {
      event.preventDefault();
      const next = step({ jobs, model, layout }, here, direction);
      if (next === null) return;
      show(next);
      setWalked(next);
    } else if (group !== null && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      toggle(group);
    } else if (event.key === "Escape" && selected !== null) select(null);
  };
  const clicked = (event: MouseEvent): void => {
    const key = keyAt(event.target);
    if (wasDrag()) return event.preventDefault();
    const group = groupAt(event.target);
    if (group !== null) return toggle(group);
    if (key === null || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    setWalked(null);
    select(key);
  };
  return (
    <div className="canvas moving">
      <Tools
        zoom={zoom}
        fit={fit}
        find={() => find(!isFinding)}
        isFinding={isFinding}
        showList={props.showList}
      />
      {isFinding && (
        <Find
          jobs={jobs}
          onMatches={setMatches}
          onGo={(key) => {
            // The focus stays in the field.
            setWalked(null);
            show(key);
            select(key);
          }}
          onClose={() => find(false)}
        />
      )}
      <div className="canvas-view" ref={canvas} {...pointer}>
        {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- clicks land on links within */}
        <svg
          className={`graph level-${levelOf(view.k)}`}
          role="group"
          aria-label={`Jobs of ${title} in ${layout.bands.length} layers. Arrow keys walk along the edges.`}
          width={size.width}
          height={size.height}
          onKeyDown={pressed}
          onClick={clicked}
          onDragStart={(event) => event.preventDefault()}
        >
          <Strata bands={layout.bands} view={view} size={size} />
          <g transform={`translate(${view.x} ${view.y}) scale(${view.k})`}>
            <Edges
              layout={layout}
              jobs={jobs}
              rect={rect}
              near={selected === null ? null : ownerOf(selected, jobs)}
            />
            <Nodes
              jobs={jobs}
              model={model}
              layout={layout}
              rect={rect}
              level={levelOf(view.k)}
              selected={selected}
              current={current}
              matches={matches}
              typical={typical}
              addressOf={addressOf}
            />
          </g>
          <TimedGutter {...props} view={view} size={size} />
        </svg>
      </div>
    </div>
  );
}

type GutterProps = Omit<Parameters<typeof Gutter>[0], "bands" | "times"> & GraphProps;

/** What is expected moves on while it does not come: looked at again every 15 s, and with each change. */
function TimedGutter({ layout, jobs, typical, view, size }: GutterProps) {
  const now = useNow(15_000);
  const times = useMemo(() => bandTimes(layout.bands, jobs, typical, now), [layout, jobs, typical, now]);
  return <Gutter bands={layout.bands} times={times} view={view} size={size} />;
}

/** The same object while the four sides are the same. */
function useSteadyRect(rect: ReturnType<typeof seen>): ReturnType<typeof seen> {
  const { left, top, right, bottom } = rect;
  return useMemo(() => ({ left, top, right, bottom }), [left, top, right, bottom]);
}

/** The node that was walked to takes the focus once it is drawn. */
function useFocusOn(canvas: { readonly current: HTMLDivElement | null }, key: string | null): void {
  useEffect(() => {
    if (key === null) return;
    for (const node of canvas.current?.querySelectorAll<SVGElement>("[data-key]") ?? [])
      if (node.dataset["key"] === key) node.focus({ preventScroll: true });
  }, [canvas, key]);
}

function keyAt(target: EventTarget): string | null {
  const node = target instanceof Element ? target.closest<SVGElement>("[data-key]") : null;
  return node?.dataset["key"] ?? null;
}

function groupAt(target: EventTarget): string | null {
  const node = target instanceof Element ? target.closest<SVGElement>("[data-toggle]") : null;
  return node?.dataset["toggle"] ?? null;
}
