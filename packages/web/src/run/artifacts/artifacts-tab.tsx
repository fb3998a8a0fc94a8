import { bytes, Button, Empty, Failure, SectionHead, SkeletonRows } from "../../design/index.ts";
import { useDetails } from "../details.ts";
import { Only } from "../only.tsx";
import { Artifacts } from "../panel/artifacts.tsx";
import type { TabProps } from "../tabs.ts";

/** More files of one job than this are fetched by name, with the command line. */
const MOST = 1_000;

/** The files that jobs kept, by job; each is a download. */
export function ArtifactsTab({ id, state, selected, select }: TabProps) {
  const { details, isPending, refusal, retry, left, more } = useDetails(id, state.jobs, selected);
  const kept = details.filter(({ artifacts }) => artifacts.length > 0);
  return (
    <div className="tab-page">
      <Only job={selected} select={select} />
      {refusal !== null && <Failure what="Not all files can be listed." refusal={refusal} retry={retry} />}
      {kept.map((job) => (
        <section key={job.key} aria-label={job.key}>
          <SectionHead
            title={job.key}
            note={`${job.artifacts.length === 1 ? "1 file" : `${job.artifacts.length} files`}, ${bytes(job.artifacts.reduce((sum, file) => sum + file.size_bytes, 0))}`}
          />
          <Artifacts id={id} job={job.key} files={job.artifacts} most={MOST} />
        </section>
      ))}
      {isPending && <SkeletonRows rows={3} label="Files" />}
      {!isPending && kept.length === 0 && left === 0 && refusal === null && (
        <Empty title="No file was kept">
          <p className="mid">
            What a job writes into the folder <code>$GAIA_ARTIFACTS</code> is kept with the run and listed
            here.
          </p>
        </Empty>
      )}
      {left > 0 && (
        <Button onClick={more}>
          Look into more jobs <span className="soft">({left} left)</span>
        </Button>
      )}
    </div>
  );
}
