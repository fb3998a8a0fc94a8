import type { JobDetail } from "../../api/client.ts";
import { bytes, Icon } from "../../design/index.ts";
import { artifactAddress } from "../queries.ts";

const SHOWN = 12;

/** Files with their sizes; a file's name is its download. */
export function Artifacts({
  id,
  job,
  files,
  most = SHOWN,
}: {
  readonly id: string;
  readonly job: string;
  readonly files: JobDetail["artifacts"];
  readonly most?: number;
}) {
  const more = files.length - most;
  return (
    <ul className="files">
      {files.slice(0, most).map(({ path, size_bytes: size }) => (
        <li key={path}>
          <Icon name="file" />
          <a className="link clip" href={artifactAddress(id, job, path)} download>
            {path}
          </a>
          <span className="soft small nowrap">{bytes(size)}</span>
        </li>
      ))}
      {more > 0 && <li className="soft small">and {more} more, under Artifacts</li>}
    </ul>
  );
}
