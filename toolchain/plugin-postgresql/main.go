// Command plugin-postgresql is the resource plugin that the Pulumi engine starts as
// pulumi-resource-postgresql.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"

	"pulumi-ardent/toolchain/plugin-postgresql/provider"
)

// schema is written by ./tfgen; see the note there.
//
//go:embed schema.json
var schema []byte

func main() {
	tfbridge.Main(provider.Name, provider.Version, provider.Info(), schema)
}
