import { Button, bytes, Empty, Failure, SectionHead, SkeletonRows } from "../../design/index.ts";
import { useKeptFiles } from "../kept.ts";
import { Only } from "../only.tsx";
import { Artifacts } from "../panel/artifacts.tsx";
import type { TabProps } from "../tabs.ts";

/** More files of one job than this are fetched by name, with the command line. */
const MOST = 1_000;

/** The files that jobs kept, by job; each is a download. */
export function ArtifactsTab({ id, state, selected, select }: TabProps) {
  const { items, isPending, refusal, retry, more } = useKeptFiles(id, state, selected);
  const files = items.flatMap((job) => job.files);
  return (
    <div className="tab-page">
      <Only job={selected} select={select} />
      {refusal !== null && <Failure what="Not all files can be listed." refusal={refusal} retry={retry} />}
      {items.length > 1 && (
        <h2>
          {amountText(files)} of {items.length} jobs{more === null ? "" : ", so far"}
        </h2>
      )}
      {items.map(({ job, files: kept }) => (
        <section key={job} aria-label={job}>
          <SectionHead title={job} note={amountText(kept)} />
          <Artifacts id={id} job={job} files={kept} most={MOST} />
        </section>
      ))}
      {isPending && <SkeletonRows rows={3} label="Files" />}
      {!isPending && items.length === 0 && refusal === null && (
        <Empty title="No file was kept">
          <p className="mid">
            What a job writes into the folder <code>$GAIA_ARTIFACTS</code> is kept with the run and listed
            here.
          </p>
        </Empty>
      )}
      {more !== null && (
        <div className="btns">
          <Button onClick={more}>Files of more jobs</Button>
        </div>
      )}
    </div>
  );
}

/** "3 files, 12 kB" */
function amountText(files: readonly { readonly size_bytes: number }[]): string {
  const amount = files.length === 1 ? "1 file" : `${files.length.toLocaleString()} files`;
  return `${amount}, ${bytes(files.reduce((sum, file) => sum + file.size_bytes, 0))}`;
}
