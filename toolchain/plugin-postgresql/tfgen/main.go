// Command tfgen writes schema.json to standard output:
//
//	go run ./tfgen > schema.json
//
// Compiling it takes minutes, and what it says changes only with the versions in go.mod and the mapping in
// ./provider; so its output is committed. Descriptions are left out: no program reads them at run time.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag/colors"

	"pulumi-ardent/toolchain/plugin-postgresql/provider"
)

func main() {
	result, err := tfgen.GenerateSchemaWithOptions(tfgen.GenerateSchemaOptions{
		ProviderInfo:    provider.Info(),
		DiagnosticsSink: diag.DefaultSink(os.Stderr, os.Stderr, diag.FormatOptions{Color: colors.Never}),
		XInMemoryDocs:   true,
	})
	if err != nil {
		log.Fatalf("generating the schema: %v", err)
	}
	spec, err := json.Marshal(result.PackageSpec)
	if err != nil {
		log.Fatalf("encoding the schema: %v", err)
	}
	var schema any
	if err := json.Unmarshal(spec, &schema); err != nil {
		log.Fatalf("decoding the schema: %v", err)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(withoutDescriptions(schema)); err != nil {
		log.Fatalf("writing the schema: %v", err)
	}
}

// withoutDescriptions drops descriptive text but no property that happens to be called description: those
// are objects, not strings.
func withoutDescriptions(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			if _, isText := member.(string); isText && key == "description" {
				delete(value, key)
				continue
			}
			value[key] = withoutDescriptions(member)
		}
	case []any:
		for index, member := range value {
			value[index] = withoutDescriptions(member)
		}
	}
	return value
}
