#include "pipeline.h"

int main(int argc, char** argv) { return release_pipeline().serve(argc, argv); }
