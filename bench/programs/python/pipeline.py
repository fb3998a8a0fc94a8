"""Three empty jobs, one behind the other."""

import gaia

pipeline = gaia.Pipeline()


@pipeline.job("One")
def one(ctx):
    pass


@pipeline.job("Two", depends_on=[one])
def two(ctx):
    pass


@pipeline.job("Three", depends_on=[two])
def three(ctx):
    pass


def main():
    pipeline.serve()
