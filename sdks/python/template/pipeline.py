"""Counts the lines of a folder's files, and warns when there are many."""

from collections import Counter
from pathlib import Path

import gaia

pipeline = gaia.Pipeline()


@pipeline.job("Count", args=[gaia.text("folder", "Whose files are counted", default=".")])
def count(ctx):
    """Counts lines by the endings of the files' names."""
    lines = Counter()
    for path in sorted(Path(ctx.args["folder"]).rglob("*")):
        ctx.raise_if_cancelled()
        if path.is_file():
            lines[path.suffix] += path.read_bytes().count(b"\n")
    ctx.set_output("lines", lines)


@pipeline.job("Report", depends_on=[count])
def report(ctx):
    """Logs what was counted."""
    lines = Counter(ctx.output(count, "lines", {}))
    for suffix, number in lines.most_common():
        ctx.log.info("%8d %s", number, suffix or "(no ending)")
    ctx.set_output("total", sum(lines.values()))


def is_large(ctx):
    limit = ctx.args.number("limit")
    if ctx.output(report, "total", 0) <= limit:
        raise gaia.Skip(f"not more than {limit} lines")
    return True


@pipeline.job(
    "Warn",
    depends_on=[report],
    args=[gaia.number("limit", "So many lines are fine", default=10_000)],
    condition=is_large,
)
def warn(ctx):
    """Warns of a large folder."""
    ctx.log.warning("%d lines", ctx.output(report, "total", 0))


def main():
    pipeline.serve()


if __name__ == "__main__":
    main()
