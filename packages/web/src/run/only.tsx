import { Button } from "../design/index.ts";

/** Says that a tab shows one job's part, and leads back to all. */
export function Only({
  job,
  select,
}: {
  readonly job: string | null;
  readonly select: (job: string | null) => void;
}) {
  if (job === null) return null;
  return (
    <p className="btns mid">
      Only of <b>{job}</b>.
      <Button size="small" onClick={() => select(null)}>
        Of all jobs
      </Button>
    </p>
  );
}
