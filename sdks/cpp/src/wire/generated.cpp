// What protoc makes of proto/ during the build, as one unit: it costs less time than four.
#include "plugin.pb.cc"
#include "program.pb.cc"

#include "plugin.grpc.pb.cc"
#include "program.grpc.pb.cc"
