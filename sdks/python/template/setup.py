from setuptools import find_packages, setup

setup(
    name="@NAME@",
    version="0.1.0",
    python_requires=">=3.9",
    install_requires=["grpcio>=1.51"],
    py_modules=["pipeline"],
    # The SDK, which becomes part of the package.
    packages=find_packages("gaia-sdk/src"),
    package_dir={"gaia": "gaia-sdk/src/gaia"},
    package_data={"gaia": ["py.typed"]},
)
