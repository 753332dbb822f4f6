// Asks a gateway by Weaviate's own client of inference containers. Reads a JSON list of calls, and writes one of what
// came of each.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/weaviate/weaviate/modules/multi2vec-clip/clients"
	"github.com/weaviate/weaviate/modules/multi2vec-clip/ent"
)

const (
	timeout = 30 * time.Second
	// As often as a server that is not ready is asked again.
	interval = 50 * time.Millisecond
)

// call is a request, for which a gateway at Origin is first waited.
type call struct {
	Origin string
	Texts  []string
	Images []string
}

type outcome struct {
	Meta         map[string]any `json:"meta"`
	TextVectors  [][]float32    `json:"textVectors"`
	ImageVectors [][]float32    `json:"imageVectors"`
	Error        string         `json:"error"`
}

func main() {
	var calls []call
	if err := json.NewDecoder(os.Stdin).Decode(&calls); err != nil {
		log.Fatal(err)
	}
	outcomes := make([]outcome, 0, len(calls))
	for _, call := range calls {
		outcomes = append(outcomes, ask(call))
	}
	if err := json.NewEncoder(os.Stdout).Encode(outcomes); err != nil {
		log.Fatal(err)
	}
}

func ask(call call) outcome {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	client := clients.New(call.Origin, timeout, logrus.New())
	meta, err := client.MetaInfo()
	if err != nil {
		return outcome{Error: err.Error()}
	}
	// One that has no such model never is.
	if meta["error"] == nil {
		if err := client.WaitForStartup(ctx, interval); err != nil {
			return outcome{Error: err.Error()}
		}
	}
	result, err := client.Vectorize(ctx, call.Texts, call.Images, ent.VectorizationConfig{})
	if err != nil {
		return outcome{Meta: meta, Error: err.Error()}
	}
	return outcome{Meta: meta, TextVectors: result.TextVectors, ImageVectors: result.ImageVectors}
}
