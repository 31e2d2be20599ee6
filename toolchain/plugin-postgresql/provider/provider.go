// Package provider maps the Terraform provider for PostgreSQL to the resources that the npm package
// @pulumi/postgresql declares, so that a plugin built here serves the same programs as the released one.
package provider

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-postgresql/postgresql"
)

const (
	// Name is the Pulumi package's name.
	Name = "postgresql"
	// Version is the release of @pulumi/postgresql whose schema this plugin answers with.
	Version = "3.18.1"

	module = "index"
	prefix = "postgresql_"
)

// Info describes the package. Where its behaviour can be seen in a plan it follows the released plugin:
// a Grant is deleted before it is replaced, DefaultPrivileges keep the misspelt old name as an alias, and
// names are made unique with "-".
func Info() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:       shimv2.NewProvider(postgresql.Provider()),
		Name:    Name,
		Version: Version,
		Config: map[string]*tfbridge.SchemaInfo{
			"sslmode": {Default: &tfbridge.DefaultInfo{EnvVars: []string{"PGSSLMODE"}}},
			"connect_timeout": {Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"PGCONNECT_TIMEOUT"},
				Value:   180,
			}},
		},
		Resources: map[string]*tfbridge.ResourceInfo{
			"postgresql_grant": {
				Tok:                 tfbridge.MakeResource(Name, module, "Grant"),
				DeleteBeforeReplace: true,
			},
		},
	}
	info.RenameResourceWithAlias(prefix+"default_privileges",
		tfbridge.MakeResource(Name, module, "DefaultPrivileg"),
		tfbridge.MakeResource(Name, module, "DefaultPrivileges"),
		module, module, &tfbridge.ResourceInfo{})
	info.MustComputeTokens(tokens.SingleModule(prefix, module, tokens.MakeStandard(Name)))
	info.SetAutonaming(255, "-")
	return info
}
