import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { api, data } from "../api/client.ts";
import { type Refusal, refusalFrom } from "../api/refusal.ts";
import { useAddress } from "../app/address.ts";
import { Ago, Button, Failure, SectionHead, SkeletonRows, toast } from "../design/index.ts";
import { SourceText } from "../design/yaml-text.tsx";
import type { Program } from "./program.ts";
import { outlineOf } from "../app/program-outline.ts";
import { SavedBy } from "./saved-by.tsx";
import { type PipelineDetail, type PipelineVersion, versionQuery, versionsQuery } from "./queries.ts";

const DiffView = lazy(() =>
  import("../design/diff-view.tsx").then((module) => ({ default: module.DiffView })),
);

/** All versions of a definition; one is looked at beside another, and can become the newest again. */
export function Versions({ pipeline }: { readonly pipeline: PipelineDetail }) {
  const { search, set } = useAddress();
  const query = useQuery(versionsQuery(pipeline.name, search["cursor"]));
  if (query.isPending) return <SkeletonRows rows={5} label="Versions" />;
  if (query.error !== null)
    return (
      <Failure
        what="The versions cannot be read."
        refusal={refusalFrom(query.error)}
        unaffected="The current one is as it was."
        retry={() => void query.refetch()}
      />
    );
  const chosen = Number(search["version"] ?? pipeline.version);
  return (
    <>
      <Chosen key={chosen} pipeline={pipeline} version={chosen} />
      <section aria-label="All versions">
        <SectionHead
          title="All versions"
          note={(pipeline.program?.newest_version ?? pipeline.version).toLocaleString()}
        />
        <ul className="rows">
          {query.data.items.map((version) => (
            <VersionRow
              key={version.version}
              version={version}
              isChosen={version.version === chosen}
              isInForce={version.version === pipeline.version}
              isPinned={version.version === pipeline.program?.pinned_version}
            />
          ))}
        </ul>
        <div className="btns table-foot">
          {search["cursor"] !== undefined && (
            <Button size="small" onClick={() => set({ cursor: null })}>
              Newest
            </Button>
          )}
          {query.data.next_cursor !== null && (
            <Button size="small" onClick={() => set({ cursor: query.data.next_cursor })}>
              Older
            </Button>
          )}
        </div>
      </section>
    </>
  );
}

function VersionRow({
  version,
  isChosen,
  isInForce,
  isPinned,
}: {
  readonly version: PipelineVersion;
  readonly isChosen: boolean;
  readonly isInForce: boolean;
  readonly isPinned: boolean;
}) {
  return (
    <li className={`row version-row${isChosen ? " chosen" : ""}`}>
      <Link
        to="."
        search={(former) => ({ ...former, version: String(version.version) })}
        aria-current={isChosen ? "true" : undefined}
        resetScroll={false}
      >
        <b>Version {version.version}</b>
      </Link>
      <span>{isInForce && <span className="tag">{isPinned ? "pinned" : "in force"}</span>}</span>
      <span className="soft">
        {version.commit !== null && (
          <span className="block" title={version.commit.id}>
            <span className="mono">{version.commit.id.slice(0, 8)}</span> {version.commit.subject}
          </span>
        )}
        {version.actor !== null && (
          <>
            <SavedBy actor={version.actor} />,{" "}
          </>
        )}
        <Ago at={version.created_at} past />
      </span>
      <span className="mono soft small" title={version.hash}>
        {version.hash.slice(0, 8)}
      </span>
    </li>
  );
}

type View = "before" | "current" | "source";

/** One version: what it changed, how it differs from the current one, or all of it. */
function Chosen({ pipeline, version }: { readonly pipeline: PipelineDetail; readonly version: number }) {
  const isCurrent = version === pipeline.version;
  const hasBefore = version > 1;
  const [view, setView] = useState<View>(hasBefore ? "before" : "source");
  const query = useQuery(versionQuery(pipeline.name, version));
  const before = useQuery({
    ...versionQuery(pipeline.name, version - 1),
    enabled: hasBefore && view === "before",
  });
  const textOf = pipeline.kind === "program" ? outlineOf : (source: string) => source;
  const source = query.data === undefined ? undefined : textOf(query.data.source);
  const former = before.data === undefined ? undefined : textOf(before.data.source);
  const other = view === "before" ? former : textOf(pipeline.source);
  const views: readonly { readonly id: View; readonly name: string; readonly isOffered: boolean }[] = [
    { id: "before", name: `Changes since ${version - 1}`, isOffered: hasBefore },
    { id: "current", name: `Against ${pipeline.version}`, isOffered: !isCurrent },
    { id: "source", name: pipeline.kind === "program" ? "Jobs" : "Source", isOffered: true },
  ];
  const failed = query.error ?? (view === "before" ? before.error : null);
  return (
    <section aria-label={`Version ${version}`}>
      <div className="btns version-head">
        <h2>Version {version}</h2>
        <div className="chips" role="group" aria-label="Show">
          {views.flatMap(({ id, name, isOffered }) =>
            isOffered
              ? [
                  <button
                    key={id}
                    type="button"
                    className="chip"
                    aria-pressed={id === view}
                    onClick={() => setView(id)}
                  >
                    {name}
                  </button>,
                ]
              : [],
          )}
        </div>
        {!isCurrent && query.data !== undefined && (
          <Restore pipeline={pipeline} version={version} source={query.data.source} />
        )}
        {pipeline.program !== null && pipeline.program !== undefined && (
          <InForce name={pipeline.name} program={pipeline.program} version={version} />
        )}
      </div>
      {failed !== null && (
        <Failure
          what={`Version ${version} cannot be shown.`}
          refusal={refusalFrom(failed)}
          unaffected={`The current version, ${pipeline.version}, is as it was.`}
        />
      )}
      {failed === null && query.data === undefined && <SkeletonRows rows={6} label={`Version ${version}`} />}
      {source !== undefined && view === "source" && (
        <SourceText
          source={source}
          isYaml={pipeline.kind === "workflow"}
          label={`${pipeline.kind === "program" ? "Jobs" : "Source"} of version ${version}`}
        />
      )}
      {source !== undefined && view !== "source" && other !== undefined && (
        <Suspense fallback={<SkeletonRows rows={6} label="Changes" />}>
          {view === "before" ? (
            <DiffView
              before={other}
              after={source}
              beforeName={`version ${version - 1}`}
              afterName={`version ${version}`}
            />
          ) : (
            <DiffView
              before={source}
              after={other}
              beforeName={`version ${version}`}
              afterName={`the current version, ${pipeline.version}`}
            />
          )}
        </Suspense>
      )}
    </section>
  );
}

/** An old text becomes the newest version; nothing is lost, so that nothing is asked. */
function Restore({
  pipeline,
  version,
  source,
}: {
  readonly pipeline: PipelineDetail;
  readonly version: number;
  readonly source: string;
}) {
  const queries = useQueryClient();
  const { set } = useAddress();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const restore = async (): Promise<void> => {
    setBusy(true);
    setRefusal(null);
    try {
      const saved = await data(
        api.POST("/workflows", { body: { definition: source, base_version: pipeline.version } }),
      );
      toast(`Version ${version} is now version ${saved.version}. Running runs keep theirs.`);
      await queries.invalidateQueries({ queryKey: ["pipeline", pipeline.name] });
      set({ version: null });
    } catch (caught) {
      setRefusal(refusalFrom(caught));
    }
    setBusy(false);
  };
  if (pipeline.kind !== "workflow") return null;
  return (
    <>
      <Link className="btn small" to="/editor" search={{ pipeline: pipeline.name, version: String(version) }}>
        Edit
      </Link>
      <Button size="small" busy={isBusy} onClick={() => void restore()}>
        Restore as {pipeline.version + 1}
      </Button>
      {refusal !== null && (
        <Failure
          what={`Version ${version} cannot be restored.`}
          refusal={refusal}
          unaffected={`Version ${pipeline.version} stays the current one.`}
        />
      )}
    </>
  );
}

/** Which version runs start from: each of a program's is kept as it was built. */
function InForce({
  name,
  program,
  version,
}: {
  readonly name: string;
  readonly program: Program;
  readonly version: number;
}) {
  const queries = useQueryClient();
  const { pinned_version: pinned, newest_version: newest } = program;
  const isPinned = pinned === version;
  const choose = useMutation({
    mutationFn: () => {
      const order = { params: { path: { id: name } } };
      return data(
        isPinned
          ? api.POST("/pipelines/{id}/unpin", order)
          : api.POST("/pipelines/{id}/pin", { ...order, body: { version } }),
      );
    },
    onSuccess: () =>
      toast(
        isPinned
          ? `Runs of ${name} start from the newest version again.`
          : `Runs of ${name} start from version ${version}. Running runs keep theirs.`,
      ),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["pipeline", name] }),
  });
  return (
    <>
      <Button size="small" busy={choose.isPending} onClick={() => choose.mutate()}>
        {isPinned ? "Unpin" : version === newest ? "Pin" : "Use this version"}
      </Button>
      {choose.error !== null && (
        <Failure
          what={`Version ${version} is not chosen.`}
          refusal={refusalFrom(choose.error)}
          unaffected="Runs start from the version in force."
        />
      )}
    </>
  );
}
