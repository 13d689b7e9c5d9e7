// gator: Gatekeeper's own judgement of templates, constraints and objects, without a cluster.
package main

import (
	"os"

	"github.com/open-policy-agent/gatekeeper/v3/cmd/gator/test"
	"github.com/spf13/cobra"
)

func main() {
	// The one command that judges; Gatekeeper's own program has more, which fetch and measure.
	gator := &cobra.Command{Use: "gator", SilenceUsage: true}
	gator.AddCommand(test.Cmd)
	if gator.Execute() != nil {
		os.Exit(1)
	}
}
