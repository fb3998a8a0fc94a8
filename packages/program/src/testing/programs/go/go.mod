module pipeline

go 1.14

require (
	github.com/gaia-pipeline/gosdk v0.0.0-20180909192508-cc9f89055777
	github.com/gaia-pipeline/protobuf v0.0.0-20180812091451-7be8a901b55a // indirect
	github.com/pkg/errors v0.9.1 // indirect
	google.golang.org/grpc v1.29.1 // indirect
)
