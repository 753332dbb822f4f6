module weaviateclient

go 1.26

require (
	github.com/sirupsen/logrus v1.9.3
	github.com/weaviate/weaviate v1.35.2
)

require (
	github.com/pkg/errors v0.9.1 // indirect
	golang.org/x/sys v0.38.0 // indirect
)
